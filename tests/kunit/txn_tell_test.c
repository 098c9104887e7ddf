// SPDX-License-Identifier: GPL-2.0
/* What is told of commits: by whom, how many changes, in which order. */
#include "world.h"

#define MAC_A	"02:00:00:00:00:0a"
#define MAC_B	"02:00:00:00:00:0b"
#define MAC_C	"02:00:00:00:00:0c"

/*
 * What was told last, each change as a letter, capital if born; and those that a
 * reader could notice.
 */
static struct {
	struct alkaid_commit commit;
	unsigned int n;
	u32 gen;
	char changes[64];
	char shown[64];
} told;

static char letter_of(const struct alkaid_kind *kind)
{
	if (kind->derived)
		return '.';
	return kind == &alkaid_endpoint_kind ? 'e' : kind->name[0];
}

static void tell(struct alkaid_tables *t, const struct alkaid_commit *commit)
{
	const struct alkaid_change *change;
	unsigned int i = 0, n = 0;
	char letter;

	told.commit = *commit;
	told.n++;
	told.gen = t->gen;
	list_for_each_entry(change, commit->changes, list) {
		if (i == sizeof(told.changes) - 1)
			break;
		letter = letter_of(change->kind);
		if (!change->dies)
			letter = toupper(letter);
		told.changes[i++] = letter;
		if (alkaid_commit_shows(t, commit, change))
			told.shown[n++] = letter;
	}
	told.changes[i] = '\0';
	told.shown[n] = '\0';
}

/* VPC 7, subnet 71; 192.168.1.1 is vm0, 192.168.1.2 a neighbor. */
static int tell_init(struct kunit *test)
{
	int err = world_init(test);
	struct world *w = test->priv;

	if (err)
		return err;
	memset(&told, 0, sizeof(told));
	w->t.txn.tell = tell;
	return world_vpc_new(w, 7, ALKAID_NEW_ADD) ?:
	       world_subnet_new(w, 71, 7, 7001, "192.168.1.0/24",
				ALKAID_NEW_ADD) ?:
	       world_bind_ip(w, 0, 71, MAC_A, "192.168.1.1", ALKAID_NEW_ADD) ?:
	       world_neigh_new(w, 71, "192.168.1.2", MAC_B, HOST_B,
			       ALKAID_NEW_ADD);
}

static void alkaid_tell_each_test(struct kunit *test)
{
	struct world *w = test->priv;

	KUNIT_EXPECT_EQ(test, told.n, 4);
	KUNIT_EXPECT_EQ(test, told.commit.number, 4);
	KUNIT_EXPECT_EQ(test, told.commit.portid, OWNER);
	/* It is made when it is told. */
	KUNIT_EXPECT_EQ(test, told.gen, w->t.gen);
	KUNIT_EXPECT_EQ(test, told.commit.n_changes, 1);
	KUNIT_EXPECT_STREQ(test, told.changes, ".E");
	EXPECT_REFUSED(test, w, world_neigh_del(w, 71, "192.168.1.9"), -ENOENT,
		       "no such neigh");
	KUNIT_EXPECT_EQ(test, told.n, 4);
}

static void alkaid_tell_transaction_test(struct kunit *test)
{
	struct world *w = test->priv;
	struct alkaid_commit commit;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_vpc_new(w, 8, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_unbind(w, 0));
	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.2", MAC_C, HOST_B,
					ALKAID_NEW_CHANGE));
	KUNIT_EXPECT_EQ(test, told.n, 4);
	ASSERT_OK(test, alkaid_txn_commit(&w->t, OWNER, &commit, NULL));
	KUNIT_EXPECT_EQ(test, told.n, 5);
	/* The neighbor's old self is the last that its subnet has there. */
	KUNIT_EXPECT_STREQ(test, told.changes, "Vepe..E");
	KUNIT_EXPECT_STREQ(test, told.shown, "Vepe..E");
	KUNIT_EXPECT_EQ(test, told.commit.n_changes, 5);
	KUNIT_EXPECT_EQ(test, told.commit.number, 5);
	KUNIT_EXPECT_EQ(test, commit.number, told.commit.number);
	KUNIT_EXPECT_EQ(test, commit.n_changes, told.commit.n_changes);

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_vpc_new(w, 9, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_abort(w));
	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_EQ(test, told.n, 5);
}

/* What is born and dies in one commit, nobody could see. */
static void alkaid_tell_unseen_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.3", MAC_C, HOST_B,
					ALKAID_NEW_ADD));
	ASSERT_OK(test, world_neigh_new(w, 71, "192.168.1.3", MAC_B, HOST_B,
					ALKAID_NEW_CHANGE));
	ASSERT_OK(test, world_vpc_new(w, 8, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_vpc_del(w, 8));
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_STREQ(test, told.changes, "EeEVv");
	KUNIT_EXPECT_STREQ(test, told.shown, "E");
}

/* What a vanished netdev takes away is told as the machine's, at once. */
static void alkaid_tell_forgotten_test(struct kunit *test)
{
	struct world *w = test->priv;

	ASSERT_OK(test, world_begin(w));
	ASSERT_OK(test, world_vpc_new(w, 8, ALKAID_NEW_ADD));
	ASSERT_OK(test, world_unbind(w, 0));
	world_forget(w, 0);
	KUNIT_EXPECT_EQ(test, told.n, 5);
	KUNIT_EXPECT_EQ(test, told.commit.portid, 0);
	KUNIT_EXPECT_EQ(test, told.commit.n_changes, 2);
	KUNIT_EXPECT_TRUE(test, told.commit.killed);
	KUNIT_EXPECT_EQ(test, strlen(told.shown), 2);
	world_forget(w, 0);
	world_forget(w, 1);
	KUNIT_EXPECT_EQ(test, told.n, 5);
	ASSERT_OK(test, world_commit(w));
	KUNIT_EXPECT_STREQ(test, told.changes, "V");
	KUNIT_EXPECT_EQ(test, told.commit.number, 6);
	KUNIT_EXPECT_FALSE(test, told.commit.killed);
}

static struct kunit_case alkaid_txn_tell_cases[] = {
	KUNIT_CASE(alkaid_tell_each_test),
	KUNIT_CASE(alkaid_tell_transaction_test),
	KUNIT_CASE(alkaid_tell_unseen_test),
	KUNIT_CASE(alkaid_tell_forgotten_test),
	{}
};

struct kunit_suite alkaid_txn_tell_suite = {
	.name = "alkaid_txn_tell",
	.init = tell_init,
	.exit = world_exit,
	.test_cases = alkaid_txn_tell_cases,
};
