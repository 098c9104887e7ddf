// SPDX-License-Identifier: GPL-2.0
/* Loading and unloading. */
#include <linux/module.h>

#include "attach.h"
#include "device.h"
#include "netlink/family.h"
#include "table/endpoint.h"

static int __init alkaid_init(void)
{
	int err;

	err = alkaid_endpoint_cache_init();
	if (err)
		return err;
	err = alkaid_attach_init();
	if (err)
		goto err_cache;
	err = alkaid_dev_init();
	if (err)
		goto err_attach;
	err = alkaid_nl_init();
	if (err)
		goto err_dev;
	return 0;

err_dev:
	alkaid_dev_exit();
err_attach:
	alkaid_attach_exit();
err_cache:
	alkaid_endpoint_cache_exit();
	return err;
}

static void __exit alkaid_exit(void)
{
	alkaid_nl_exit();
	alkaid_dev_exit();
	alkaid_attach_exit();
	/* Devices waited for their own grace periods; slabs may lag behind. */
	rcu_barrier();
	alkaid_endpoint_cache_exit();
}

module_init(alkaid_init);
module_exit(alkaid_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Overlay dataplane of a cloud compute host");
