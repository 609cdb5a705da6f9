"""A progress bar on stderr where there is a terminal, a line a step where there is none."""

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class StepBar:
    """Shows named steps. Call it with the step's name, how much is done and how much there is."""

    def __init__(self) -> None:
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._tasks: dict[str, TaskID] = {}

    def __enter__(self) -> Self:
        self._progress.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._progress.stop()

    def __call__(self, step: str, done: int, total: int) -> None:
        """Show that `done` of `total` is done of `step`."""
        if step not in self._tasks:
            self._tasks[step] = self._progress.add_task(step, total=max(total, 1))
            if not self._console.is_terminal:
                self._console.print(f"{step}……")
        self._progress.update(self._tasks[step], completed=done if total else 1, total=max(total, 1))
