"""Whose method a scan names: that of what a variable is, through classes, functions and containers."""

from __future__ import annotations

import pytest

from api.lookup.catalogue import Catalogue
from api.scan.answer import scan

HEAD = """import torch
from torch import nn


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList()


class Meter:
    def update(self, x):
        return x


model = Net()
opt = torch.optim.SGD(model.parameters(), lr=0.1)
sched = torch.optim.lr_scheduler.StepLR(opt, 3)
scaler = torch.amp.GradScaler()
meter = Meter()
parts = []
"""


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("sched.step()", ["torch.optim.lr_scheduler.LRScheduler.step"]),
        ("opt.step()", ["torch.optim.Optimizer.step"]),
        ("scaler.step(opt)", []),  # no public name, and not an optimizer's
        ("Net().to(device)", ["torch.nn.Module.to"]),
        ("model.layers.append(model)", ["torch.nn.ModuleList.append"]),
        ("meter.update(3)", []),
        ("parts.append(3)", []),
    ],
)
def test_a_method_is_its_owner_s(catalogue: Catalogue, line: str, wanted: list[str]) -> None:
    last = HEAD.count("\n") + 1
    assert [call.name for call in scan(catalogue, HEAD + line).calls if call.line == last] == wanted
