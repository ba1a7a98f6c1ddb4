"""Of the paths that visitors went, those are told that are common through some node."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from branchline.service.funnel import PATHS_OF_A_NODE, common

walked = st.dictionaries(st.lists(st.sampled_from("abcdefgh"), min_size=1, max_size=6).map(tuple), st.integers(1, 9))


@given(walked)
def test_the_most_common_paths_through_every_node_are_told(counts: dict[tuple[str, ...], int]) -> None:
    told = [(one.nodes, one.count) for one in common(Counter(counts))]
    assert dict(told).items() <= counts.items()
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    assert [one for one in ranked if one in told] == told
    for node in {node for nodes in counts for node in nodes}:
        through = [one for one in ranked if node in one[0]][:PATHS_OF_A_NODE]
        assert all(one in told for one in through)
