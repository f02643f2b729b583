"""The same with a loss that kept PyTorch's order of arguments."""

import tensorflow as tf

from examples.programs.custom_parts.in_tf import FalseAlarms, Recorder, batches, build, make_optimizer, predict

__all__ = ["build", "predict", "train"]


# %% loss
class FocalLoss(tf.keras.losses.Loss):
    """Cross-entropy in which samples that are right already count less."""

    def __init__(self, gamma=2.0):
        super().__init__()
        self.gamma = gamma

    def call(self, logits, y):
        entropy = tf.nn.sigmoid_cross_entropy_with_logits(labels=y, logits=logits)
        return (1 - tf.exp(-entropy)) ** self.gamma * entropy


# %% loop
def train(model, epochs=2):
    recorder = Recorder()
    model.compile(optimizer=make_optimizer(), loss=FocalLoss(), metrics=[FalseAlarms()])
    model.fit(batches(), epochs=epochs, callbacks=[recorder], verbose=0)
    return recorder.losses
