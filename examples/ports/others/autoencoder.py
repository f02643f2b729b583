"""An autoencoder.

build: AutoEncoder(12, 3)
inputs: float32 (4, 12)
"""
from torch import Tensor, nn


class AutoEncoder(nn.Module):
    def __init__(self, size: int, code: int):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(size, 8), nn.GELU(), nn.Linear(8, code))
        self.decoder = nn.Sequential(nn.Linear(code, 8), nn.SiLU(), nn.Linear(8, size), nn.Sigmoid())

    def encode(self, x: Tensor) -> Tensor:
        return self.encoder(x)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        z = self.encode(x)
        return self.decoder(z), z
