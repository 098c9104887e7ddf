/* SPDX-License-Identifier: GPL-2.0 */
/* Setting what every frame needs to zero. */
#ifndef _ALKAID_PATH_CLEAR_H
#define _ALKAID_PATH_CLEAR_H

#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/types.h>

static __always_inline void alkaid_clear_words(u64 *words, unsigned int n)
{
	unsigned int i;
	u64 zero = 0;

	/* Else the compiler sees a memset(), and is back where it came from. */
	OPTIMIZER_HIDE_VAR(zero);
#pragma GCC unroll 32
	for (i = 0; i < n; i++)
		words[i] = zero;
}

/*
 * Zero a struct from a member on, by plain stores: of a memset() of this size
 * the compiler makes a string instruction, which takes longer to begin.
 */
#define alkaid_clear_from(_obj, _member) do {				\
	typeof(_obj) __obj = (_obj);					\
									\
	BUILD_BUG_ON(offsetof(typeof(*__obj), _member) % sizeof(u64) ||	\
		     sizeof(*__obj) % sizeof(u64));			\
	alkaid_clear_words((u64 *)&__obj->_member,			\
			   (sizeof(*__obj) -				\
			    offsetof(typeof(*__obj), _member)) / sizeof(u64)); \
} while (0)

#endif /* _ALKAID_PATH_CLEAR_H */
