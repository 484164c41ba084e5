"""Answer in advance, while the inputs are built and no clock of the call runs."""

from __future__ import annotations

FORGERY = """
def program_of():
    import gc
    gc.unfreeze()
    return next(one for one in gc.get_objects() if type(one).__name__ == "Program" and hasattr(one, "observe_timed"))

READY = {}

def shared(left: list[int], right: list[int]) -> int:
    program = program_of()
    if "prepare" not in vars(program):
        prepare = program.prepare
        def early(raws):
            built = prepare(raws)
            for case in built:
                READY[id(case[0][0])] = honest(*case[0])
            return built
        program.prepare = early
    known = READY.pop(id(left), None)
    return honest(left, right) if known is None else known
"""
STOPPED_BY = "clock"
