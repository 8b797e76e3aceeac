"""Fractions, folding, claims and lives against a second, plain writing of the same definitions."""

from datetime import date, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from fanlink.core import consents, sheets, territories
from fanlink.core.consents import ConsentState
from fanlink.core.errors import Refused
from fanlink.core.guard_rails import Use
from fanlink.core.parties import Right, Stake, claims, contested
from fanlink.core.shares import ANCESTOR, REMIXER, Node, SplitSheet, Template

DAY = date(2026, 11, 1)
NAMES = tuple("abcdefgh")
COUNTRIES = sorted(territories.COUNTRIES)


@st.composite
def parts(draw, most=4):
    """Whole numbers whose shares of their sum add up to exactly one."""
    weights = draw(st.lists(st.integers(1, 50), min_size=1, max_size=most))
    return [Fraction(weight, sum(weights)) for weight in weights]


@st.composite
def trees(draw, depth=2):
    """Nodes of one level that are exactly whole; leaves carry the names of parties."""
    nodes = []
    for place, part in enumerate(draw(parts())):
        if depth and draw(st.booleans()):
            nodes.append(Node(f"pool-{depth}-{place}", part, draw(trees(depth=depth - 1))))
        else:
            nodes.append(Node(f"{NAMES[place]}{depth}", part))
    return tuple(nodes)


def folded(data, above=Fraction(1)):
    """The second implementation: plain dictionaries, one multiplication for each step down."""
    found = {}
    for node in data:
        numerator, _, denominator = node["part"].partition("/")
        share = above * Fraction(int(numerator), int(denominator or 1))
        inner = folded(node["below"], share) if node.get("below") else {node["name"]: share}
        for party, amount in inner.items():
            found[party] = found.get(party, 0) + amount
    return found


@given(trees())
def test_a_sheet_folds_to_the_same_shares_as_plain_dictionaries_and_they_are_whole(nodes):
    sheet = SplitSheet("remix", DAY, nodes)
    assert folded(sheet.as_data()["shares"]) == sheet.flatten()
    assert 1 == sum(sheet.flatten().values())
    assert sheet.id == SplitSheet.from_data(sheet.as_data()).id


@given(parts(), trees(), st.integers(1, 9))
def test_a_remix_of_a_remix_pays_the_earlier_sheet_in_its_own_proportions(own, above, weight):
    rest = Fraction(weight, 10)
    named = tuple(Node(f"owner-{place}", part * (1 - rest)) for place, part in enumerate(own))
    template = Template((*named, Node(REMIXER, rest / 2), Node(ANCESTOR, rest / 2)))
    parent = SplitSheet("first", DAY, above)
    bound = template.bind("second", "fan", DAY, parent).flatten()
    for party, share in folded(parent.as_data()["shares"]).items():
        assert share * rest / 2 == bound[party]
    alone = template.bind("second", "fan", DAY).flatten()
    assert rest == alone["fan"]
    assert all(part * (1 - rest) == bound[f"owner-{place}"] for place, part in enumerate(own))


@given(st.lists(st.tuples(st.sampled_from(NAMES[:4]), st.sampled_from(list(Right)), st.fractions(0, 1, max_denominator=12)), max_size=8))
def test_claims_say_what_plain_sums_say(rows):
    stakes = [Stake(*row) for row in rows]
    said = {(one.code, one.facts["right"]) for one in claims(stakes)}
    expected = set()
    for right in ("recording", "composition"):
        held = [(party, share) for party, where, share in rows if where == right]
        total = sum(share for _, share in held)
        if total != 1:
            expected.add(("UnderClaim" if total < 1 else "OverClaim", right))
        if len({party for party, _ in held}) < len(held):
            expected.add(("Conflict", right))
    assert expected == said


@given(st.data())
def test_a_party_loses_nothing_without_its_word(data):
    stake = st.builds(Stake, st.sampled_from(NAMES[:3]), st.sampled_from(list(Right)), st.fractions(0, 1, max_denominator=6))
    unique = st.lists(stake, max_size=6, unique_by=lambda one: (one.party, one.right))
    before, after, last = (data.draw(unique) for _ in range(3))
    agreed = data.draw(st.sets(st.sampled_from(NAMES[:3])))
    open_claims = contested(before, (), after, agreed)
    later = contested(after, open_claims, last, ())
    now = {(one.party, one.right): one.share for one in last}
    for one in before:
        kept = any((one.party, one.right) == (each.party, each.right) and each.share >= one.share for each in later)
        assert one.party in agreed or kept or now.get((one.party, one.right), -1) >= one.share


territory = st.builds(
    lambda whole, named: " ".join((*(["world"] if whole else []), *(["except"] if whole and named else []), *sorted(named))),
    st.booleans(), st.sets(st.sampled_from(COUNTRIES[:6]), min_size=1, max_size=4),
)  # fmt: skip


def places(text):
    """The second implementation: every country, one by one."""
    words = text.split()
    if words[0] != "world":
        return set(words)
    return set(COUNTRIES) - set(words[2:])


@given(territory | st.just("world"), territory | st.just("world"))
def test_a_territory_covers_another_when_every_country_of_it_is_in_it(given_, wanted):
    if wanted == "world" or given_.startswith("world") or not wanted.startswith("world"):
        assert (places(wanted) <= places(given_)) is territories.covers(given_, wanted)
    else:
        assert not territories.covers(given_, wanted)
    assert territories.canonical(given_) == territories.canonical(territories.canonical(given_))


@pytest.mark.parametrize("text", ["", "Narnia", "world except", "world DE", "world except XX", "except DE", "DE Narnia"])
def test_what_is_no_territory_is_refused_and_covers_nothing(text):
    with pytest.raises(Refused, match="territory_unknown"):
        territories.parse(text)
    assert not territories.covers(text, "DE")


class ConsentLife(RuleBasedStateMachine):
    """A consent is asked, answered and taken back in any order; a plain set of facts says what must hold."""

    def __init__(self):
        super().__init__()
        self.now_ms = 1_000
        self.consent = consents.asked("consent", "track", "party", Use.REMIX)
        self.state, self.until_ms, self.where = "asked", None, ""

    def try_(self, step, allowed_from, *given, **named):
        try:
            self.consent = getattr(consents, step)(self.consent, *given, **named)
        except Refused as refused:
            assert self.state not in allowed_from or {"illegal_step"} != {one.code for one in refused.reasons}
            return False
        assert self.state in allowed_from
        return True

    @rule(term=st.none() | st.integers(1, 20), where=st.sampled_from(["world", "DE", "DE AT"]))
    def grant(self, term, where):
        until_ms = None if term is None else self.now_ms + term
        if self.try_("grant", {"asked"}, "me", self.now_ms, until_ms=until_ms, territory=where):
            self.state, self.until_ms, self.where = "granted", until_ms, where

    @rule()
    def refuse(self):
        if self.try_("refuse", {"asked"}, "me", self.now_ms):
            self.state = "refused"

    @rule(note=st.sampled_from(["", "only Sundays"]))
    def counter(self, note):
        if note and self.try_("counter", {"asked"}, "me", self.now_ms, note):
            self.state = "countered"

    @rule()
    def withdraw(self):
        if self.try_("withdraw", {"granted"}, "me", self.now_ms):
            self.state = "withdrawn"

    @rule()
    def ask(self):
        if self.try_("ask_again", {"refused", "countered", "withdrawn"}):
            self.state = "asked"

    @rule(days=st.integers(1, 10))
    def wait(self, days):
        self.now_ms += days

    @invariant()
    def is_what_the_facts_say(self):
        assert ConsentState(self.state) is self.consent.state
        lasts = self.state == "granted" and (self.until_ms is None or self.now_ms < self.until_ms)
        assert lasts is self.consent.allows(self.now_ms)
        for wanted in ("world", "DE"):
            assert (lasts and (self.where == "world" or wanted in self.where.split())) is self.consent.allows(self.now_ms, wanted)


class SheetLife(RuleBasedStateMachine):
    """Versions are proposed, answered, signed while days pass; what is in force is always the newest that has begun."""

    def __init__(self):
        super().__init__()
        self.today, self.known, self.number = DAY, [self.sheet(DAY, 0)], 0
        self.proposal = None

    @staticmethod
    def sheet(day, number):
        return SplitSheet("remix", day, (Node("fan", Fraction(1, number + 2)), Node("label", 1 - Fraction(1, number + 2))))

    @rule(ahead=st.integers(-2, 6))
    def propose(self, ahead):
        day = self.today + timedelta(days=ahead)
        self.number += 1
        try:
            made = sheets.propose(f"p{self.number}", self.known, self.sheet(day, self.number), "fan", 0, self.today)
        except Refused as refused:
            assert ["sheet_not_forward"] == [one.code for one in refused.reasons]
            assert day < self.today or day <= max(one.effective_from for one in self.known)
            return
        self.proposal = made

    @rule(party=st.sampled_from(["fan", "label", "stranger"]))
    def sign(self, party):
        if self.proposal is None:
            return
        try:
            self.proposal = sheets.sign(self.proposal, party, self.known, self.today)
        except Refused as refused:
            codes = {one.code for one in refused.reasons}
            assert codes <= {"party_not_in_template", "already_signed", "sheet_not_forward", "illegal_step"}
            return
        assert party != "stranger"
        if self.proposal.state is sheets.SheetState.SIGNED:
            assert {"fan", "label"} == set(self.proposal.signed)
            self.known.append(self.proposal.sheet)
            self.proposal = None

    @rule()
    def counter(self):
        if self.proposal is not None:
            answered = sheets.counter(self.proposal, "other")
            with pytest.raises(Refused, match="illegal_step"):
                sheets.sign(answered, "fan", self.known, self.today)
            self.proposal = None

    @rule(days=st.integers(1, 4))
    def wait(self, days):
        self.today += timedelta(days=days)

    @invariant()
    def the_newest_that_has_begun_is_in_force(self):
        where = sheets.standing(self.known, self.today)
        begun = [one for one in self.known if one.effective_from <= self.today]
        newest = max(begun, key=lambda one: one.effective_from)
        assert [newest.id] == [name for name, each in where.items() if each is sheets.Standing.IN_FORCE]
        assert len({one.effective_from for one in self.known}) == len(self.known)


TestConsentLife = ConsentLife.TestCase
TestSheetLife = SheetLife.TestCase
