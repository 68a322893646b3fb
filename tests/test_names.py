"""Names of people, in every order that they are written in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.names import anchors, can_be, read_name


@pytest.mark.parametrize(
    ("wanted", "written"),
    [
        ("Yann LeCun", "LeCun, Yann"),
        ("Yann LeCun", "LeCun Yann"),
        ("Yann LeCun", "Y. LeCun"),
        ("Yann LeCun", "Yann Le Cun"),
        ("Yann LeCun", "Y LeCun"),
        ("Yann LeCun", "LeCun Y"),
        ("Yann LeCun", "LeCun, Y."),
        ("Yann LeCun", "Yann A. LeCun"),
        ("LeCun, Yann", "Y. LeCun"),
        ("LeCun Yann", "Yann LeCun"),
        ("Y. LeCun", "Yann Le Cun"),
        ("Jean-Pierre Serre", "J.-P. Serre"),
        ("Jean-Pierre Serre", "J. P. Serre"),
        ("Jean-Pierre Serre", "JP Serre"),
        ("Jean-Pierre Serre", "J.P. Serre"),
        ("Jean-Pierre Serre", "Jean Pierre Serre"),
        ("Jean-Pierre Serre", "J. Serre"),
        ("Jean-Pierre Serre", "Serre JP"),
        ("Jean-Pierre Serre", "Serre, J.-P."),
        ("Jean-Pierre Serre", "Jean-Pierre Serre"),
        ("Geoffrey Hinton", "G. E. Hinton"),
        ("Geoffrey E. Hinton", "G. Hinton"),
        ("G. E. Hinton", "Geoffrey E. Hinton"),
        ("G. E. Hinton", "Geoffrey Everest Hinton"),
        ("G. E. Hinton", "GE Hinton"),
        ("G. E. Hinton", "G.E. Hinton"),
        ("G Hinton", "Geoffrey Hinton"),
        ("Xiao-Ming Wang", "Xiaoming Wang"),
        ("Xiaoming Wang", "Xiao-Ming Wang"),
        ("Xiaoming Wang", "Xiao Ming Wang"),
        ("Xiaoming Wang", "X.-M. Wang"),
        ("Xiaoming Wang", "X. Wang"),
        ("Xiaoming Wang", "Wang Xiaoming"),
        ("Xiaoming Wang", "Wang, Xiao-Ming"),
        ("Fei-Fei Li", "Li Fei-Fei"),
        ("Fei-Fei Li", "L. Fei-Fei"),
        ("Fei-Fei Li", "F.-F. Li"),
        ("Aaron van den Oord", "van den Oord, Aaron"),
        ("van den Oord", "Aaron van den Oord"),
        ("van den Oord", "A. van den Oord"),
        ("de la Fontaine", "Jean De La Fontaine"),
        ("Oord", "Aaron van den Oord"),
        ("Schoelkopf", "Bernhard Schölkopf"),
        ("Bernhard Schölkopf", "B. Scholkopf"),
        ("O'Brien", "Sean OBrien"),
        ("O'Brien", "Sean O’Brien"),
        ("OBrien", "Sean O'Brien"),
        ("Sean O'Brien", "S. O'Brien"),
        ("Martin Luther King", "Martin Luther King Jr."),
        ("Martin Luther King Jr.", "King, Martin Luther, Jr."),
        ("Martin Luther King", "King, Jr., Martin Luther"),
        ("Nguyễn", "Van Nguyen"),
        ("Łukasz Kaiser", "Lukasz Kaiser"),
        ("李飞飞", "李飞飞"),
        ("Øystein", "Oystein Sedge"),
        ("Robert Oppenheimer", "J. Robert Oppenheimer"),
        ("Dvořák", "Antonin Dvorak"),
        ("Moor", "Moor A"),
        ("A. Moor", "Moor A"),
        ("Jean De La Fontaine", "de la Fontaine, J."),
        ("Paul Erdős", "Erdos, P."),
        ("Song Han", "Han, Song"),
        ("Song Han", "Song Han"),
        ("Wei Wang", "Wei Wang 0001"),
        ("Wei Wang", "Wang Wei"),
        ("Ludwig van Beethoven", "L. van Beethoven"),
        ("Kaiming He", "He, Kaiming"),
        ("Kaiming He", "KAIMING HE"),
        ("Yoshua Bengio", "BENGIO Yoshua"),
        ("Jürgen Schmidhuber", "Juergen Schmidhuber"),
        ("Ludwig Beethoven", "Ludwig van Beethoven"),
    ],
)
def test_ways_to_write_one_name(wanted: str, written: str) -> None:
    one, other = read_name(wanted), read_name(written)
    assert can_be(one, other)
    assert anchors(one) & anchors(other)


@pytest.mark.parametrize(
    ("wanted", "written"),
    [
        ("Wei Wang", "Wei-Wei Wang"),
        ("Wei Wang", "Wei Wang-Li"),
        ("Wei-Wei Wang", "Wei Wang"),
        ("Wei Wang", "Weiwei Wang"),
        ("Wei Wang", "Wei Wang Li"),
        ("G. E. Hinton", "G. A. Hinton"),
        ("Geoffrey Hinton", "D. Hinton"),
        ("G. Hinton", "D. Hinton"),
        ("Geoffrey E. Hinton", "Geoffrey A. Hinton"),
        ("E. Hinton", "G. E. Hinton"),
        ("Geoffrey Hinton", "Gerald Hinton"),
        ("Yann LeCun", "Yann LeCunn"),
        ("Yann LeCun", "Y. Bengio"),
        ("Ivanov", "Иван Иванов"),
        ("Jean-Pierre Serre", "Jean-Paul Serre"),
        ("Jean-Pierre Serre", "J.-L. Serre"),
        ("J.-P. Serre", "J.-L. Serre"),
        ("Jean-Pierre Serre", "P. Serre"),
        ("Song Han", "Song Hanson"),
        ("Song Han", "Han Wei"),
        ("Wang", "Wei Wang-Li"),
        ("Wei", "Wei-Wei Wang"),
        ("Xiaoming Wang", "Y. Wang"),
        ("Xiaoming Wang", "Xiaohong Wang"),
        ("Xiaoming Wang", "X.-H. Wang"),
        ("Wei Wang", "Wei Zhang"),
        ("Jun Li", "Jun-Li Wang"),
        ("Fei Li", "Fei-Fei Li"),
        ("de la Fontaine", "Jean Fontaine"),
        ("Martin King", "Luther King"),
        ("Yi Ma", "Y. Mao"),
    ],
)
def test_names_of_different_people(wanted: str, written: str) -> None:
    assert not can_be(read_name(wanted), read_name(written))


_NAMES = st.lists(st.sampled_from(["Li", "Wei", "Wei-Wei", "J.", "JP", "van", "Han", "Jr.", "Ö", ","]), max_size=6)


@given(_NAMES.map(" ".join), _NAMES.map(" ".join))
def test_names_that_match_share_an_anchor(one: str, other: str) -> None:
    wanted, written = read_name(one), read_name(other)
    if can_be(wanted, written):
        assert anchors(wanted) & anchors(written)


@given(_NAMES.map(" ".join))
def test_a_name_written_from_its_units_is_the_same_name(text: str) -> None:
    name = read_name(text)
    again = read_name(" ".join(name.texts))
    assert again.texts == name.texts
    assert can_be(name, again) == bool(name.units)


@given(st.text(max_size=200))
def test_any_text_is_read(text: str) -> None:
    name = read_name(text)
    assert can_be(name, name) == bool(name.units)
