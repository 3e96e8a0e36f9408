"""Random numbers with an address."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats

from sim.noise import MOST_PER_DAY, Luck, Purpose, identity, luck_of, philox, uniform
from sim.rules.violence import MOST_INCIDENTS
from sim.truce import IncidentKind
from tests.worlds import SHIPPED, shipped

ONES = 0xFFFFFFFF
SURE = 1e-3
MANY = 20_000

# Known answers of the Random123 distribution: key, counter, words.
KNOWN = (
    ((0, 0), (0, 0, 0, 0), "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ((ONES, ONES), (ONES, ONES, ONES, ONES), "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    (
        (0xA4093822, 0x299F31D0),  # digits of pi
        (0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344),
        "d16cfe09 94fdcceb 5001e420 24126ea1",
    ),
)


@pytest.mark.parametrize(("key", "counter", "words"), KNOWN)
def test_philox_gives_the_known_answers(
    key: tuple[int, int], counter: tuple[int, int, int, int], words: str
) -> None:
    assert " ".join(f"{word:08x}" for word in philox(*key, *counter)) == words


def test_philox_agrees_with_a_second_plain_implementation() -> None:
    rng = np.random.default_rng(1)
    for _ in range(200):
        key = [int(word) for word in rng.integers(0, 2**32, 2)]
        counter = [int(word) for word in rng.integers(0, 2**32, 4)]
        assert tuple(int(word) for word in philox(*key, *counter)) == plain_philox(key, counter)


def plain_philox(key: list[int], counter: list[int]) -> tuple[int, ...]:
    k0, k1 = key
    x = list(counter)
    for _ in range(10):
        high0, low0 = divmod(0xD2511F53 * x[0], 2**32)
        high1, low1 = divmod(0xCD9E8D57 * x[2], 2**32)
        x = [high1 ^ x[1] ^ k0, low1, high0 ^ x[3] ^ k1, low0]
        k0, k1 = (k0 + 0x9E3779B9) % 2**32, (k1 + 0xBB67AE85) % 2**32
    return tuple(x)


def test_a_uniform_number_is_made_of_the_first_two_words_of_its_address() -> None:
    luck = luck_of(seed=2**40 + 5, run=7)
    luck.day = 11
    high, low, _, _ = plain_philox([5, 2**8], [7, 11, 13, Purpose.SPLIT * MOST_PER_DAY + 3])
    expected = ((high >> 5) * 2**26 + (low >> 6)) / 2**53
    assert uniform(luck, 13, int(Purpose.SPLIT), 3) == expected


def test_largest_and_smallest_words_stay_within_the_unit_interval() -> None:
    assert ((ONES >> 5) * 2**26 + (ONES >> 6)) / 2**53 < 1.0


# ---------------------------------------------------------------------------------------------
# Distribution
# ---------------------------------------------------------------------------------------------


def at(seed: int = 1, run: int = 0, day: int = 1) -> Luck:
    luck = luck_of(seed, run)
    luck.day = day
    return luck


WALKS: dict[str, Callable[[int], float]] = {
    "days": lambda n: uniform(at(day=n), 5, 3),
    "runs": lambda n: uniform(at(run=n), 5, 3),
    "seeds": lambda n: uniform(at(seed=n), 5, 3),
    "high seeds": lambda n: uniform(at(seed=n << 32), 5, 3),
    "actors": lambda n: uniform(at(), n, 3),
    "named actors": lambda n: uniform(at(), identity(f"group {n}"), 3),
    "purposes": lambda n: uniform(at(), 5, n),
    "numbers of a day": lambda n: uniform(at(day=n // 16), 5, 3, n % 16),
}


@pytest.fixture(scope="module")
def walks() -> dict[str, np.ndarray]:
    return {name: np.array([draw(n) for n in range(MANY)]) for name, draw in WALKS.items()}


@pytest.mark.parametrize("name", WALKS)
def test_numbers_lie_in_the_unit_interval(walks: dict[str, np.ndarray], name: str) -> None:
    assert (walks[name] >= 0).all()
    assert (walks[name] < 1).all()


@pytest.mark.parametrize("name", WALKS)
def test_numbers_are_uniform_along_every_part_of_the_address(
    walks: dict[str, np.ndarray], name: str
) -> None:
    counts = np.histogram(walks[name], bins=100, range=(0, 1))[0]
    assert stats.chisquare(counts).pvalue > SURE
    assert stats.kstest(walks[name], "uniform").pvalue > SURE


@pytest.mark.parametrize("lag", [1, 2, 16, 32])
@pytest.mark.parametrize("name", WALKS)
def test_numbers_at_neighbouring_addresses_are_not_correlated(
    walks: dict[str, np.ndarray], name: str, lag: int
) -> None:
    numbers = walks[name]
    correlation = np.corrcoef(numbers[:-lag], numbers[lag:])[0, 1]
    assert abs(correlation) < 4 / (MANY - lag) ** 0.5


@pytest.mark.parametrize("name", WALKS)
def test_pairs_of_neighbours_fill_the_square(walks: dict[str, np.ndarray], name: str) -> None:
    numbers = walks[name]
    counts = np.histogram2d(numbers[:-1:2], numbers[1::2], bins=10, range=((0, 1), (0, 1)))[0]
    assert stats.chisquare(counts.ravel()).pvalue > SURE


@pytest.mark.parametrize("one", WALKS)
def test_walks_along_different_parts_of_the_address_are_not_correlated(
    walks: dict[str, np.ndarray], one: str
) -> None:
    for other in WALKS:
        if one < other:
            correlation = np.corrcoef(walks[one][2:], walks[other][2:])[0, 1]
            assert abs(correlation) < 4.5 / MANY**0.5


def test_low_bits_vary_as_well(walks: dict[str, np.ndarray]) -> None:
    low = (walks["days"] * 2**53).astype(np.int64) & 0xFF
    assert stats.chisquare(np.bincount(low, minlength=256)).pvalue > SURE


def test_a_number_hangs_on_nothing_but_its_address() -> None:
    first = uniform(at(3, 4, 5), 6, 7, 8)
    for n in range(50):
        uniform(at(n, n, n), n, n, n % 16)
    assert uniform(at(3, 4, 5), 6, 7, 8) == first


# ---------------------------------------------------------------------------------------------
# Addresses
# ---------------------------------------------------------------------------------------------


def test_purposes_and_kinds_of_incident_do_not_overlap() -> None:
    by_kind = (
        Purpose.COUNT,
        Purpose.LETHAL,
        Purpose.DEATHS,
        Purpose.TARGET,
        Purpose.CLAIM,
        Purpose.BLAME,
    )
    taken = [int(purpose) for purpose in Purpose if purpose not in by_kind]
    taken += [purpose + kind for purpose in by_kind for kind in IncidentKind]
    assert len(set(taken)) == len(taken)
    assert max(taken) * MOST_PER_DAY + MOST_PER_DAY < 2**32


def test_an_actor_never_needs_more_numbers_than_an_address_has_room_for() -> None:
    assert MOST_INCIDENTS <= MOST_PER_DAY


def test_purposes_keep_their_numbers() -> None:
    """Reordering the list would change every result ever stored."""
    assert {purpose.name: int(purpose) for purpose in Purpose} == {
        "BAD_FAITH": 1,
        "GROUP_REVIEW": 2,
        "GROUP_COURSE": 3,
        "STATE_REVIEW": 4,
        "STATE_COURSE": 5,
        "GROUP_RENEWAL": 6,
        "STATE_RENEWAL": 7,
        "SCRUTINY": 8,
        "DELIVERY": 9,
        "SPLIT": 10,
        "SETTLEMENT": 11,
        "SUSPECT": 12,
        "COUNT": 32,
        "LETHAL": 48,
        "DEATHS": 64,
        "TARGET": 80,
        "CLAIM": 96,
        "BLAME": 112,
    }


def test_actors_of_shipped_scenarios_have_different_identities() -> None:
    names = {"state"}
    for name in SHIPPED:
        for group in shipped(name).groups:
            names.add(f"group:{group.name}")
            names |= {f"group:{group.name}/splinter {nth}" for nth in (1, 2, 3)}
    assert len({identity(name) for name in names}) == len(names)


def test_identities_are_words_of_32_bits_that_never_change() -> None:
    assert (identity("state"), identity("group:TTP")) == (4012365932, 2523421901)
    assert all(0 <= identity(f"group {n}") < 2**32 for n in range(1000))
    assert len({identity(f"group {n}") for n in range(1000)}) == 1000


# ---------------------------------------------------------------------------------------------
# Seeds and runs
# ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", [-1, 2**64, 2**70])
def test_a_seed_out_of_range_is_refused(seed: int) -> None:
    with pytest.raises(ValueError, match="a seed lies between"):
        luck_of(seed, 0)


@pytest.mark.parametrize("run", [-1, 2**32, 2**40])
def test_a_run_out_of_range_is_refused(run: int) -> None:
    with pytest.raises(ValueError, match="a run lies between"):
        luck_of(1, run)


@pytest.mark.parametrize("seed", [0, 1, 2**32 - 1, 2**32, 2**64 - 1])
@pytest.mark.parametrize("run", [0, 2**32 - 1])
def test_seeds_and_runs_up_to_the_ends_of_their_ranges_give_numbers(seed: int, run: int) -> None:
    luck = luck_of(seed, run)
    assert luck.seed_low + (luck.seed_high << 32) == seed
    assert 0 <= uniform(luck, 2**32 - 1, int(Purpose.BLAME) + 7, MOST_PER_DAY - 1) < 1
