"""Questions taken apart: names in them, where they come from, what kind of thing they want."""

from __future__ import annotations

import pytest

from api.search.question import read_question


@pytest.mark.parametrize(
    ("text", "names", "side"),
    [
        ("tf.clip_by_global_norm pytorch", ("tf.clip_by_global_norm",), "tf"),
        ("F.interpolate keras", ("F.interpolate",), "torch"),
        ("pytorch equivalent of tf.custom_gradient", ("tf.custom_gradient",), "tf"),
        ("keras equivalent of model.eval()", ("model.eval",), "torch"),
        ("how to sum", (), None),
        ("torch.cat", (), None),  # one word is a name as it stands
        ("tf.keras version of nn.Linear", ("nn.Linear",), "torch"),
        ("x.view在tf里怎么写", ("x.view",), "torch"),
    ],
)
def test_names_and_the_framework_that_a_question_comes_from(
    text: str, names: tuple[str, ...], side: str | None
) -> None:
    question = read_question(text)
    assert (question.names, question.side) == (names, side)


def test_frameworks_and_the_words_around_them_are_not_looked_for() -> None:
    assert read_question("pytorch version of keras Dense").rest == "Dense"
    assert read_question("version of a model").rest == "version of a model"
    assert read_question("keras pytorch").rest == "keras pytorch"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("the tensorflow way to do index_select", "index_select"),
        ("is there something like masked_fill in tf", "masked_fill"),
        ("migrating TimeDistributed from keras", "TimeDistributed"),
        ("用 tensorflow 怎么实现 gather", "gather"),
        ("keras里的Dropout对应什么", "Dropout"),
        ("tensorflow中如何求中位数", "求中位数"),
        ("pytorch 自己实现一层", "自己实现一层"),
    ],
)
def test_asking_for_the_other_framework_is_no_part_of_what_is_looked_for(text: str, rest: str) -> None:
    assert read_question(text).rest == rest


def test_the_word_for_a_kind_says_what_is_wanted() -> None:
    question = read_question("relu function")
    assert question.plain == "relu"
    assert question.kinds == {"function", "method"}
    assert read_question("loss function").plain == "loss function"
