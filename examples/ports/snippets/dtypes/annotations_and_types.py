import torch
from torch import Tensor


def shifted(x: Tensor, by: "Tensor | None" = None, scale: float = torch.pi) -> torch.Tensor:
    assert torch.is_tensor(x) and x.dtype in (torch.float32, torch.float64)
    if isinstance(by, torch.Tensor):
        x = x + by
    return x * scale


x: torch.Tensor = torch.tensor([1.5, -2.0])
out = [shifted(x), shifted(x, torch.ones(2), scale=2.0), f"{x.sum().item():.2f} {x.shape[0]} {torch.max(x).item()}"]
