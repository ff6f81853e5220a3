from itertools import product

from qafiles.rules import OF_LOADER, all_rules, checking_rules


def test_the_rules_that_run_are_those_with_a_check_of_what_there_is() -> None:
    for changes, commits, tests in product((False, True), repeat=3):
        running = {
            rule.code
            for rule in all_rules()
            if rule.looks_at_files
            or rule.check is not None
            or (changes and rule.check_changes is not None)
            or (commits and rule.check_commits is not None)
            or (tests and rule.check_tests is not None)
        }
        rules = checking_rules(changes=changes, commits=commits, tests=tests)
        assert [rule.code for rule in rules] == sorted(running)


def test_the_codes_of_the_loader_are_those_of_rules_without_any_check() -> None:
    others = [
        rule
        for rule in all_rules()
        if rule.check or rule.looks_at_files or rule.check_changes or rule.check_commits or rule.check_tests
    ]
    codes = {rule.code for rule in all_rules() if rule not in others and not rule.of_access}
    assert {rule.code for rule in all_rules() if rule.code.startswith(OF_LOADER)} == codes
