"""The ordered list of all rules: a new rule is a new file and a new line here."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from velox_engine.rules.base import Rule

_MODULES: Final[tuple[str, ...]] = (
    "containers.list_membership_in_loop",  # VX101
    "containers.list_queue",  # VX102
    "containers.quadratic_dedupe",  # VX103
    "containers.manual_counting",  # VX104
    "containers.manual_grouping",  # VX105
    "containers.repeated_list_index",  # VX106
    "containers.repeated_count",  # VX107
    "containers.list_remove_in_loop",  # VX108
    "containers.sum_of_lists",  # VX109
    "containers.list_concat_in_loop",  # VX110
    "containers.shrinking_by_slice",  # VX111
    "containers.sort_in_loop",  # VX112
    "containers.minimum_removed_in_loop",  # VX113
    "containers.nested_loop_join",  # VX114
    "containers.membership_in_built_list",  # VX115
    "containers.dict_filling_loop",  # VX116
    "containers.set_filling_loop",  # VX117
    "containers.manual_extend",  # VX118
    "containers.dict_copied_by_loop",  # VX119
    "containers.unused_half_of_items",  # VX120
    "containers.deepcopy_of_flat_container",  # VX121
    "containers.list_built_to_iterate",  # VX122
    "containers.dict_scanned_by_value",  # VX123
    "containers.membership_in_keys",  # VX124
    "containers.merged_in_loop",  # VX125
    "containers.lookup_of_own_key",  # VX126
    "containers.every_pair_compared",  # VX127
    "strings.string_concat_in_loop",  # VX201
    "strings.regex_in_loop",  # VX202
    "strings.regex_for_literal",  # VX203
    "strings.chained_startswith",  # VX204
    "strings.join_of_generator",  # VX205
    "strings.split_for_one_part",  # VX206
    "strings.string_rebuilt_in_loop",  # VX207
    "strings.manual_substring_search",  # VX208
    "strings.count_as_membership",  # VX209
    "strings.str_of_each_in_join",  # VX210
    "strings.characters_mapped_one_by_one",  # VX211
    "strings.character_test",  # VX212
    "strings.mirror_compared_by_index",  # VX213
    "loops.append_only_loop",  # VX301
    "loops.loop_invariant_call",  # VX302
    "loops.slice_reduced_in_loop",  # VX303
    "loops.manual_sum",  # VX304
    "loops.manual_extreme",  # VX305
    "loops.range_len",  # VX306
    "loops.import_in_loop",  # VX307
    "loops.counting_while",  # VX308
    "loops.attribute_chain_in_loop",  # VX309
    "loops.constant_container_in_loop",  # VX310
    "loops.len_in_while",  # VX311
    "loops.global_in_hot_loop",  # VX312
    "loops.dotted_call_in_hot_loop",  # VX313
    "loops.property_in_loop",  # VX314
    "loops.asdict_in_loop",  # VX315
    "loops.heavy_import_in_script",  # VX316
    "loops.unused_enumerate",  # VX317
    "loops.running_result",  # VX319
    "recursion.recomputing_recursion",  # VX401
    "recursion.slicing_recursion",  # VX402
    "recursion.tail_recursion",  # VX403
    "builtins.sorted_first_last",  # VX501
    "builtins.sorted_for_a_few",  # VX502
    "builtins.reversed_sorted",  # VX503
    "builtins.redundant_conversion",  # VX504
    "builtins.list_for_any_or_all",  # VX505
    "builtins.list_for_first_element",  # VX506
    "builtins.most_common_first",  # VX507
    "builtins.map_with_lambda",  # VX508
    "builtins.manual_sort",  # VX509
    "builtins.lambda_for_itemgetter",  # VX510
    "builtins.scan_of_sorted_list",  # VX511
    "builtins.identity_comprehension",  # VX512
    "builtins.dict_of_one_value",  # VX513
    "builtins.chained_equality",  # VX514
    "builtins.extreme_of_two",  # VX515
    "numeric.power_then_modulo",  # VX601
    "numeric.trial_division",  # VX602
    "numeric.manual_gcd",  # VX603
    "numeric.bit_count_by_text",  # VX604
    "numeric.factorial_quotient",  # VX605
    "numeric.builtin_on_array",  # VX606
    "numeric.array_grown_in_loop",  # VX607
    "numeric.iterrows",  # VX608
    "numeric.apply_by_row",  # VX609
    "numeric.matrix_product_by_loops",  # VX610
    "numeric.array_walked_in_python",  # VX611
    "numeric.sum_of_products",  # VX612
    "numeric.digit_loop",  # VX613
    "numeric.row_made_for_one_cell",  # VX614
    "numeric.object_dtype",  # VX615
    "numeric.mask_in_loop",  # VX616
    "numeric.values_walked",  # VX617
    "numeric.vectorize_function",  # VX618
    "numeric.rows_selected_to_count",  # VX619
    "numeric.counted_for_one_value",  # VX620
    "numeric.sum_of_range",  # VX621
    "effects.blocking_call_in_async",  # VX701
    "effects.await_one_by_one",  # VX702
    "effects.busy_wait",  # VX703
    "effects.statement_per_row",  # VX704
    "effects.request_without_session",  # VX705
    "effects.file_read_in_loop",  # VX706
    "effects.readlines_to_iterate",  # VX707
    "effects.cached_method",  # VX708
    "effects.slow_iso_date",  # VX709
    "effects.eager_logging",  # VX710
    "effects.flush_in_loop",  # VX711
    "effects.unbuffered_reads",  # VX712
    "effects.file_reopened_in_loop",  # VX713
    "effects.query_per_element",  # VX714
    "effects.json_round_trip",  # VX715
    "effects.try_in_loop",  # VX716
    "effects.exception_for_missing_key",  # VX717
    "effects.suppress_in_loop",  # VX718
    "effects.path_object_in_loop",  # VX719
    "effects.stat_after_listdir",  # VX720
    "memory.list_for_reduction",  # VX801
    "memory.missing_slots",  # VX802
    "memory.whole_file_read",  # VX803
    "memory.table_in_function",  # VX804
)

RULES: Final[tuple[Rule, ...]] = tuple(import_module(f"velox_engine.rules.{name}").RULE for name in _MODULES)
