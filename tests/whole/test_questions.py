"""Questions that readers asked and that a search must answer on its first screen."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.lookup.catalogue import Catalogue
from api.lookup.database import Database
from api.search.results import Search

FIRST_SCREEN = 5


@pytest.fixture(scope="module")
def search(whole_database: Path) -> Search:
    return Search(Catalogue(Database(whole_database)))


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("softmax", {"torch.nn.functional.softmax", "torch.nn.Softmax"}),
        ("lstm", {"torch.nn.LSTM", "tf.keras.layers.LSTM"}),
        ("gru", {"torch.nn.GRU", "tf.keras.layers.GRU"}),
        ("dropout", {"torch.nn.Dropout", "torch.nn.functional.dropout"}),
        ("embedding", {"torch.nn.Embedding", "torch.nn.functional.embedding"}),
        ("conv", {"torch.nn.Conv2d"}),
        ("cross entropy", {"torch.nn.CrossEntropyLoss", "torch.nn.functional.cross_entropy"}),
        ("onehot", {"torch.nn.functional.one_hot"}),
        ("stop_gradient", {"tf.stop_gradient", "torch.Tensor.detach"}),
        ("swap rows and columns", {"torch.transpose"}),
        ("求和", {"torch.sum"}),
    ],
)
def test_what_people_mean_comes_first(search: Search, text: str, ids: set[str]) -> None:
    assert search.first(text, 1)[0] in ids


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("cross entropy", "torch.nn.CrossEntropyLoss"),
        ("onehot", "torch.nn.functional.one_hot"),
        ("relu function", "torch.nn.functional.relu"),
        ("tf.clip_by_global_norm pytorch", "torch.nn.utils.clip_grad_norm_"),
        ("F.interpolate keras", "torch.nn.functional.interpolate"),
        ("pytorch equivalent of tf.custom_gradient", "torch.autograd.Function"),
        ("tf.keras.callbacks.EarlyStopping pytorch", "tf.keras.callbacks.EarlyStopping"),
        ("train only the last layer", "torch.nn.Module.requires_grad_"),
        ("label smoothing", "torch.nn.CrossEntropyLoss"),
        ("global average pooling", "tf.keras.layers.GlobalAveragePooling2D"),
        ("batch matrix multiply", "torch.bmm"),
        ("gradient penalty", "torch.autograd.grad"),
        ("load pretrained resnet", "torch.nn.Module.load_state_dict"),
        ("change the learning rate during training", "torch.optim.lr_scheduler.LRScheduler"),
        ("why is my loss different", "torch.nn.CrossEntropyLoss"),
        ("FC layer", "torch.nn.Linear"),
        ("自动求导", "torch.Tensor.backward"),
        ("卷积", "torch.nn.Conv2d"),
        ("反卷积", "torch.nn.ConvTranspose2d"),
        ("自定义层", "torch.nn.Module"),
        ("修改张量形状", "torch.reshape"),
        ("数据类型转换", "torch.Tensor.to"),
        ("class_weight", "tf.keras.Model.fit"),
        ("recurrent_dropout", "torch.nn.LSTM"),
        ("use_causal_mask", "torch.nn.MultiheadAttention"),
        ("padding_idx", "torch.nn.Embedding"),
        ("border_mode", "torch.nn.Conv2d"),
        ("nb_filter", "torch.nn.Conv2d"),
    ],
)
def test_question_is_answered_on_the_first_screen(search: Search, text: str, id: str) -> None:
    assert id in search.first(text, FIRST_SCREEN)
