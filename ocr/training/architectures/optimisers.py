"""What trains the networks; `rate` is the highest learning rate, which the loop lowers from step to step."""

import keras


def bold(rate: float) -> keras.optimizers.Optimizer:
    """AdamW (Loshchilov, Hutter, "Decoupled weight decay regularization", ICLR 2019) with a short memory and bounded
    steps: bears high rates, which normalised convolutions like."""
    return keras.optimizers.AdamW(rate, weight_decay=1e-2, beta_2=0.99, global_clipnorm=5.0)


def plain(rate: float) -> keras.optimizers.Optimizer:
    """Adam (Kingma, Ba, ICLR 2015) as it is. Recurrent networks learn texts by heart with the other one: of
    captcha_images_v2, one then reads 7 % of what it has not seen after 1,200 steps instead of nearly all."""
    return keras.optimizers.Adam(rate)
