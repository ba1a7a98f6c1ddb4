"""The engine: `advance(bot, interaction, event) -> Turn`. Pure and total: same input, same output, for ever."""

from branchline.engine.advance import Turn, advance

__all__ = ["Turn", "advance"]
