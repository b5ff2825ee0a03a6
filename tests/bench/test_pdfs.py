"""What counts as lost and as out of order."""

from bench.pdfs import compared


def test_a_word_is_lost_if_its_letters_are_and_in_order_in_either_order() -> None:
    theirs = "The lock was built\nby Ada Low\n"
    assert compared("the lock was built by Ada Low", theirs, "", "")[:4] == (7, 0, 6, 6)
    assert compared("the lock was built by Low", theirs, "", "")[1] == 1
    assert compared("the lock was bu ilt by Ada Low", theirs, "", "")[1] == 0  # parted otherwise
    assert compared("by Ada Low the lock was built", theirs, "", "")[3] == 5
    assert compared("by Ada Low the lock", theirs, "by Ada Low The lock", "")[2:4] == (4, 4)


def test_running_lines_are_not_counted() -> None:
    found = compared("the lock was built", "the lock\nReport 7\nwas built\n", "", "Report 7")
    assert found[:4] == (4, 0, 3, 3)
