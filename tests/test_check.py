#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0
"""Tests of how tests/check counts: above all, that what broke off never counts as passed."""
import importlib.machinery
import importlib.util
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
import unittest

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'check')
sys.dont_write_bytecode = True
LOADER = importlib.machinery.SourceFileLoader('check', PATH)
CHECK = importlib.util.module_from_spec(importlib.util.spec_from_loader('check', LOADER))
LOADER.exec_module(CHECK)


def count(text, status=0, reports=True):
    """(passed, failed, skipped) of a report and the exit status that came with it."""
    report = CHECK.Report()
    for line in text.splitlines():
        report.feed(line)
    verdicts = [case.verdict for case in CHECK.judge(report.finish(), status, reports)]
    return tuple(verdicts.count(verdict) for verdict in ('pass', 'fail', 'skip'))


class Flat(unittest.TestCase):
    def test_results(self):
        self.assertEqual(count('TAP version 13\n1..3\nok 1 - a\nnot ok 2 - b\nok 3 - c # SKIP no\n', 1),
                         (1, 1, 1))

    def test_several_reports_in_a_row(self):
        self.assertEqual(count('1..1\nok 1 - a\n1..2\nok 1 - b\nok 2 - c\n'), (3, 0, 0))

    def test_first_of_two_reports_ends_early(self):
        self.assertEqual(count('1..2\nok 1 - a\n1..1\nok 1 - b\n'), (2, 1, 0))

    def test_no_plan(self):
        self.assertEqual(count('ok 1 a\n'), (1, 1, 0))

    def test_ends_early(self):
        self.assertEqual(count('1..3\nok 1 a\nok 2 b\n'), (2, 1, 0))

    def test_nothing_reported(self):
        self.assertEqual(count(''), (0, 1, 0))
        self.assertEqual(count('Segmentation fault\n', 139), (0, 1, 0))

    def test_bail_out(self):
        self.assertEqual(count('1..1\nok 1 a\nBail out! no memory\n'), (1, 1, 0))

    def test_exit_status_alone_fails(self):
        self.assertEqual(count('1..1\nok 1 a\n', 2), (1, 1, 0))

    def test_failure_tells_the_exit_status(self):
        self.assertEqual(count('1..1\nnot ok 1 a\n', 2), (0, 1, 0))

    def test_splat_counts_beside_a_failure(self):
        for status in (124, 125, 126):
            self.assertEqual(count('1..2\nnot ok 1 a\nok 2 b\n', status), (1, 2, 0))

    def test_by_exit_status(self):
        self.assertEqual(count('anything', 0, False), (1, 0, 0))
        self.assertEqual(count('anything', 1, False), (0, 1, 0))
        self.assertEqual(count('anything', 126, False), (0, 1, 0))


class Nested(unittest.TestCase):
    SUITE = ('KTAP version 1\n1..1\n    KTAP version 1\n    # Subtest: s\n    1..2\n'
             '    ok 1 a\n{}{} 1 s\n')

    def test_cases_count_and_suites_do_not(self):
        self.assertEqual(count(self.SUITE.format('    ok 2 b\n', 'ok')), (2, 0, 0))
        self.assertEqual(count(self.SUITE.format('    not ok 2 b\n', 'not ok'), 1), (1, 1, 0))

    def test_suite_that_passes_with_a_case_lost(self):
        self.assertEqual(count(self.SUITE.format('', 'ok')), (1, 1, 0))

    def test_suite_that_fails_with_its_cases_passed(self):
        self.assertEqual(count(self.SUITE.format('    ok 2 b\n', 'not ok'), 1), (2, 1, 0))

    def test_suite_without_plan(self):
        self.assertEqual(count('1..1\n    KTAP version 1\n    ok 1 a\nok 1 s\n'), (1, 1, 0))

    def test_parameters_of_a_case_need_no_plan(self):
        self.assertEqual(count('KTAP version 1\n1..1\n    KTAP version 1\n    1..1\n'
                               '        KTAP version 1\n        # Subtest: c\n'
                               '        ok 1 p\n        ok 2 q\n    ok 1 c\nok 1 s\n'), (2, 0, 0))

    def test_machine_dies_in_a_suite(self):
        report = 'KTAP version 1\n1..2\n    KTAP version 1\n    1..2\n    ok 1 a\n'
        passed, failed, _ = count(report, 126)
        self.assertEqual(passed, 1)
        self.assertGreater(failed, 1)


class Summary(unittest.TestCase):
    CASE, OUTCOME = CHECK.Case, CHECK.Outcome

    def end_of(self, *outcomes):
        return list(CHECK.summary(outcomes))

    def test_count_comes_last(self):
        lines = self.end_of(self.OUTCOME('a', [self.CASE('x', 'pass'), self.CASE('y', 'skip')], 1, []),
                            self.OUTCOME('b', [self.CASE('z', 'fail', ['why'])], 2, []))
        self.assertEqual(lines[-1], '1 passed, 1 failed, 1 skipped')

    def test_failed_cases_are_told_again(self):
        notes = [f'note {i}' for i in range(100)]
        lines = self.end_of(self.OUTCOME('a', [self.CASE('good', 'pass', ['quiet']),
                                               self.CASE('bad', 'fail', notes)], 1, []),
                            self.OUTCOME('b', [self.CASE('worse', 'fail', ['because'])], 2, []))
        self.assertEqual(lines[-44:-1], ['fail a: bad'] + ['     ' + note for note in notes[60:]] +
                         ['fail b: worse', '     because'])
        self.assertNotIn('     quiet', lines)

    def test_silent_failure_shows_the_end_of_the_log(self):
        log = [f'line {i}' for i in range(100)]
        lines = self.end_of(self.OUTCOME('a', [self.CASE('exit status 1', 'fail')], 1, log))
        self.assertEqual(lines[-42:-1], ['fail a: exit status 1'] + ['     ' + line for line in log[60:]])

    def test_splat_is_told_from_its_beginning(self):
        log = ['ok 1 a', 'tests/vm/run: the kernel log has a splat:'] + [f'line {i}' for i in range(100)]
        cases = CHECK.judge([self.CASE('report', 'fail', ['2 planned, 1 reported'])], 126, True, log)
        lines = self.end_of(self.OUTCOME('a', cases, 1, log))
        self.assertEqual(lines[2:-1], ['fail a: report', '     2 planned, 1 reported',
                                       'fail a: kernel splat'] + ['     ' + line for line in log[1:41]])

    def test_machine_that_says_nothing_shows_the_end_of_the_log(self):
        log = [f'line {i}' for i in range(100)]
        cases = CHECK.judge([], 124, True, log)
        self.assertEqual(self.end_of(self.OUTCOME('a', cases, 1, log))[2:-1],
                         ['fail a: timed out'] + ['     ' + line for line in log[60:]])

    def test_table_has_the_time_of_each_suite(self):
        lines = self.end_of(self.OUTCOME('a', [self.CASE('x', 'pass')] * 12, 61.4, []),
                            self.OUTCOME('b', [self.CASE('x', 'fail', [])], 2, []))
        self.assertEqual([line.split()[1:] for line in lines[1:3]],
                         [['a', '61', '12', '0', '0'], ['b', '2', '0', '1', '0']])


class Stop(unittest.TestCase):
    """A suite that runs longer than anybody waits, and a check that is ended meanwhile."""
    CODE = '''
from test_check import CHECK as check
check.LOGS = {directory!r}
check.SUITES = [('long', ['sh', '-c', 'echo $$ >pid.new; mv pid.new pid; exec sleep 60'], False)]
check.TOP = check.LOGS
check.run_all = lambda suites: [check.run_suite(suite) for suite in suites]
check.main()
'''

    def test_suites_end_with_it(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            with tempfile.TemporaryDirectory() as directory:
                code = self.CODE.format(directory=directory)
                with subprocess.Popen([sys.executable, '-c', code], stdout=subprocess.DEVNULL,
                                      cwd=os.path.dirname(PATH)) as check:
                    pid = os.path.join(directory, 'pid')
                    while not os.path.exists(pid):
                        self.assertIsNone(check.poll())
                        time.sleep(0.01)
                    with open(pid, encoding='ascii') as file:
                        suite = os.pidfd_open(int(file.read()))
                    check.send_signal(number)
                    self.assertEqual(check.wait(), 128 + number)
                # Readable: it has ended.
                self.assertTrue(select.select([suite], [], [], 30)[0])
                os.close(suite)


if __name__ == '__main__':
    unittest.main()
