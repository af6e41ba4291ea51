import copy

import pytest
from sotalia.exceptions import PaginationError, StartingTokenError
from sotalia.models.shapes import ServiceModel
from sotalia.session_core.page_token import decode_token, encode_token
from sotalia.session_core.paginator import Paginator

MODEL = ServiceModel(
    {
        "metadata": {"serviceId": "Things", "endpointPrefix": "things"},
        "operations": {"ListThings": {"name": "ListThings", "input": {"shape": "In"}}},
        "shapes": {
            "In": {"type": "structure", "members": {"Token": {"shape": "S"}, "Max": {"shape": "I"}}},
            "S": {"type": "string"},
            "I": {"type": "integer"},
        },
    }
)
CONFIG = {
    "input_token": "Token",
    "output_token": "Next",
    "more_results": "More",
    "limit_key": "Max",
    "result_key": ["Things", "Groups", "Count"],
    "non_aggregate_keys": ["Owner"],
}
PAGES = [
    {"Things": [0, 1, 2], "Groups": ["g"], "Count": 3, "More": True, "Next": "T1", "Owner": "me"},
    {"Things": [3, 4, 5], "Count": 3, "More": True, "Next": "T2"},
    {"Things": [6], "Count": 1, "More": False},
]


class Service:
    def __init__(self, pages=PAGES):
        self.pages = iter(copy.deepcopy(pages))
        self.seen = []

    def __call__(self, **params):
        self.seen.append(params)
        return next(self.pages)


def paginator(service):
    return Paginator(service, CONFIG, MODEL.operation_model("ListThings"))


def test_pages_follow_the_token():
    service = Service()
    pages = list(paginator(service).paginate(Name="n"))
    assert [page["Things"] for page in pages] == [[0, 1, 2], [3, 4, 5], [6]]
    assert service.seen == [{"Name": "n"}, {"Name": "n", "Token": "T1"}, {"Name": "n", "Token": "T2"}]


def test_the_full_result_joins_lists_and_adds_numbers():
    whole = paginator(Service()).paginate().build_full_result()
    assert whole == {"Things": list(range(7)), "Groups": ["g"], "Count": 7, "Owner": "me"}


def test_max_items_cuts_inside_a_page_and_the_next_token_goes_on_there():
    service = Service()
    whole = paginator(service).paginate(PaginationConfig={"MaxItems": 4}).build_full_result()
    assert whole["Things"] == [0, 1, 2, 3]
    assert decode_token(whole["NextToken"], ["Token"]) == ({"Token": "T1"}, 1)
    rest = paginator(Service(PAGES[1:])).paginate(PaginationConfig={"StartingToken": whole["NextToken"]})
    assert [page["Things"] for page in rest] == [[4, 5], [6]]


def test_max_items_at_the_end_of_a_page_resumes_at_the_next():
    pages = paginator(Service()).paginate(PaginationConfig={"MaxItems": 3})
    assert [page["Things"] for page in pages] == [[0, 1, 2]]
    assert decode_token(pages.resume_token, ["Token"]) == ({"Token": "T1"}, 0)


def test_a_token_of_the_service_itself_starts_there():
    service = Service(PAGES[2:])
    list(paginator(service).paginate(PaginationConfig={"StartingToken": "T2", "PageSize": "5"}))
    assert service.seen == [{"Token": "T2", "Max": 5}]


def test_the_same_token_twice_is_an_error_and_no_endless_loop():
    same = [{"Things": [], "More": True, "Next": "T1"}] * 3
    with pytest.raises(PaginationError, match="received twice"):
        list(paginator(Service(same)).paginate())


def test_search_yields_the_items_of_all_pages():
    assert list(paginator(Service()).paginate().search("Things[?@ > `1`]")) == [2, 3, 4, 5, 6]


def test_each_result_key_has_an_iterator():
    things, groups, _ = paginator(Service()).paginate().result_key_iters()
    assert list(things) == list(range(7))
    assert list(groups) == ["g"]


@pytest.mark.parametrize(
    "token",
    [{"Token": "x"}, {"Key": {"id": {"B": b"\x00\xff"}, "n": {"N": "1"}}}, {"a": None, "b": [b"x", {"c": b"y"}]}],
)
def test_tokens_survive_the_round_trip_bytes_included(token):
    assert decode_token(encode_token(token, 3), list(token)) == (token, 3)
    assert decode_token(encode_token(token, 0), list(token)) == (token, 0)


def test_the_format_is_that_of_stored_tokens():
    stored = "eyJDb250aW51YXRpb25Ub2tlbiI6ICJUMSIsICJib3RvX3RydW5jYXRlX2Ftb3VudCI6IDF9"
    assert encode_token({"ContinuationToken": "T1"}, 1) == stored


def test_the_old_form_of_tokens_is_read():
    assert decode_token("abc___2", ["Token"]) == ({"Token": "abc"}, 2)
    assert decode_token("a___None", ["A", "B"]) == ({"A": "a", "B": None}, 0)
    with pytest.raises(ValueError, match="3 parts"):
        decode_token("a___b___c", ["A"])


def test_the_other_results_of_a_page_that_is_cut_are_handed_out_once():
    pages = [{"Things": [0, 1], "Groups": ["g", "h"], "Count": 2, "More": False}]
    first = paginator(Service(pages)).paginate(PaginationConfig={"MaxItems": 1}).build_full_result()
    assert (first["Things"], first["Groups"]) == ([0], ["g", "h"])
    rest = paginator(Service(pages)).paginate(PaginationConfig={"StartingToken": first["NextToken"]})
    assert [(page["Things"], page["Groups"]) for page in rest] == [([1], [])]


def test_a_token_that_does_not_fit_is_a_value_error_too():
    pages = paginator(Service()).paginate(PaginationConfig={"StartingToken": "a___b___c"})
    with pytest.raises(StartingTokenError) as failed:
        list(pages)
    assert isinstance(failed.value, ValueError)
    assert isinstance(failed.value, PaginationError)


def test_a_constant_that_holds_the_results_takes_those_of_all_pages():
    config = {**CONFIG, "result_key": "Group.Things", "non_aggregate_keys": ["Group", "Owner"]}
    pages = [
        {"Group": {"Name": "g", "Things": [1]}, "More": True, "Next": "T1"},
        {"Group": {"Things": [2]}, "More": False},
    ]
    found = Paginator(Service(pages), config, MODEL.operation_model("ListThings")).paginate()
    assert found.build_full_result() == {"Group": {"Name": "g", "Things": [1, 2]}, "Owner": None}
    assert found.non_aggregate_part["Group"] == {"Name": "g", "Things": [1]}


def test_a_stream_may_start_with_a_page_that_names_its_own_token():
    pages = [{"Things": [1], "More": True, "Next": "T1"}, {"Things": [2], "More": False}]
    found = paginator(Service(pages)).paginate(PaginationConfig={"StartingToken": "T1"})
    assert [page["Things"] for page in found] == [[1], [2]]
