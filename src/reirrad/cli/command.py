"""A command that takes nothing twice: of two values of one option click would use the last and pass over the first."""

from __future__ import annotations

from collections import Counter

import click


class CommandOfOneMind(click.Command):
    """A command whose options stand once, but those that collect what is repeated."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments.

        Raises
        ------
        UsageError
            If an option that has one value is given twice.
        """
        if not ctx.resilient_parsing:
            _, _, given = self.make_parser(ctx).parse_args(args=list(args))
            for param, count in Counter(given).items():
                has_one_value = isinstance(param, click.Option) and not (param.multiple or param.is_flag or param.count)
                if has_one_value and count > 1:
                    raise click.UsageError(f"{param.opts[0]} is given {count} times: once is allowed", ctx)
        return super().parse_args(ctx, args)


class GroupOfOneMind(click.Group):
    """A group of such commands."""

    command_class = CommandOfOneMind
