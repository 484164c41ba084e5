"""What a parameter's name suggests, where its use says little."""

from __future__ import annotations

import re

from velox_engine.verify.inputs.shapes import (
    ANY,
    BOOL,
    BYTES,
    FLOAT,
    INT,
    STR,
    Shape,
    dict_of,
    list_of,
)  # fmt: skip

CALLABLE = Shape("callable")
POINT = Shape("pair", (INT, INT))
FILE = Shape("file")

# (pattern for the whole name, shape, weight); the first that matches counts
NAMES: tuple[tuple[str, Shape, float], ...] = tuple(
    (pattern, shape, weight)
    for pattern, shape, weight in (
        (r"nums|numbers|ints|integers|scores|prices|heights|weights|counts|costs|digits|coins|sizes|lengths|"
         r"ages|primes|factors|"
         r"multiples|sequence|seq|values|vals|arr|array|a_list|lst|lists?|xs|ys|ts|nodes|ids|indexes|indices|"
          r"coeffs?|coefficients|"
         r"polynomial|poly|data_list|input_list|collection|arr\d|lst\d|l\d|list\d|nums\d", list_of(INT), 2.0),
        (r"words|strings|names|lines|tokens|keys|labels|tags|texts|paths|sentences|strs|extensions|columns|"
         r"headers|fields|urls|files|"
         r"emails|parts|args|argv|substrings|prefixes|suffixes|patterns", list_of(STR), 2.0),
        (r"matrix|grid|board|maze|image|table|rows|mat\d?|matrix_?[ab\d]|mat_[ab]|triangle|"
         r"lst_of_lists", list_of(list_of(INT)), 2.0),
        (r"edges|pairs|intervals|points|implications|ranges|circuit|tuples|jobs|activities|"
         r"tasks", list_of(POINT), 2.0),
        (r"point\d?|interval\d?|coord\w*|position|pair|span|point_[ab]", POINT, 1.5),
        (r"graph|adj\w*|tree|network|neighbou?rs", dict_of(INT, list_of(INT)), 2.0),
        (r"items|elements|iterable|it|objects|objs|entries|records|stack|queue|heap|history|"
         r"results?", list_of(ANY), 1.5),
        (r"rows_of_dicts|users|employees|products|orders|events|people|customers", list_of(dict_of(STR, ANY)), 1.2),
        (r"d|dct|dictionary|mapping|map|config|cfg|options|opts|params|kwargs|settings|env|headers_dict|attrs|"
         r"attributes|meta|metadata|"
         r"lookup|cache|memo|counter|ids_map|payload|info|context|defaults", dict_of(STR, ANY), 1.5),
        (r"flag|verbose|strict|reverse|is_\w+|has_\w+|use_\w+|include_\w+|ignore_\w+|allow_\w+|case_sensitive|"
         r"ascending|\w+_only|"
         r"inclusive|recursive|force|debug", BOOL, 2.5),
        (r"func|fn|f|function|callback|key|pred|predicate|op|handler|g|cb|\w+_fn|\w+_func", CALLABLE, 0.6),
        (r"threshold|rate|ratio|alpha|beta|gamma|eps|epsilon|tol|tolerance|prob|probability|temperature|radius|"
         r"lat\w*|lon\w*|price|"
         r"percent\w*|fraction|interest\w*|principal|mass|velocity|speed|pressure|voltage|resistance|frequency|"
          r"angle|dt", FLOAT, 2.0),
        (r"s|s\d|text|txt|string|str\d?|word\d?|name|line|msg|message|path|filename|file_?name|url|uri|prefix|"
         r"suffix|char|ch|letter|"
         r"pattern|sentence|title|content|html|xml|json_?str\w*|sep|separator|delimiter|delim|query|source|src|"
          r"token|language|lang|"
         r"label|tag|value_str|key_str|expr\w*|formula|code|password|plaintext|ciphertext|cipher\w*|alphabet|"
          r"input_?str\w*|"
         r"\w+_str|\w+_string|\w+_name|\w+_text|str_\w+|string_\w+|paragraph|phrase|email|date_?str\w*|fmt|"
          r"format_?\w*|encoding|"
         r"s0|dna|rna|needle|haystack|roman|binary|bin_str\w*|hex\w*|ip\w*|address|output|doc|docstring|"
          r"identifier|base_url|body|raw",
         STR, 2.0),
        (r"fp|stream|fileobj|file_?obj\w*|infile|outfile|input_?file|output_?file|in_?stream|out_?stream", FILE, 2.0),
        (r"data|chunks?|batch", list_of(ANY), 0.5),
        (r"n|m|k|i|j|p|q|w|h|num|number|count|size|length|limit|max_?\w*|min_?\w*|depth|width|height|index|idx|"
         r"pos|offset|start|stop|end|"
         r"step|left|right|low|high|lo|hi|year|month|day|hours?|minutes?|seconds|second_\w+|age|total|amount|base|exp|"
          r"exponent|power|"
         r"level|order|rank|rows?|cols?|capacity|target|seed|times|steps|iterations|modulus|mod|prime|num_\w+|"
          r"n_\w+|\w+_num|"
         r"\w+_count|\w+_size|\w+_len|len_\w+|\w+_index|\w+_limit|\w+_id|id|degree|digit\w?|bits?|shift|"
          r"position|number_?\w*|"
         r"indent\w*|first_\w+|port|timestamp|lower|upper|tabsize|window|bound|total_\w+|nth|maximum|minimum|"
          r"sum_?\w*", INT, 2.0),
        (r"x|y|z|a|b|c|u|v|t|r|val|value|v\d|x\d|y\d|num\d|number\d|a\d|b\d", INT, 0.7),
        (r"l|lst\w*|\w+_list|list_\w+|\w+_arr|arr_\w+|\w+_array|array_\w+", list_of(ANY), 1.5),
        (r"\w+_dict|dict_\w+|\w+_map|\w+_by_\w+|\w+_counts", dict_of(STR, ANY), 2.0),
        (r"\w+_set|set_\w+|seen|visited|allowed|excluded|stopwords|vocab\w*", Shape("set", (ANY,)), 1.2),
        (r"\w+bytes", BYTES, 2.0),
        (r"\w+s", list_of(ANY), 0.6),  # a plural
    )
)  # fmt: skip
COMPILED = tuple((re.compile(pattern), shape, weight) for pattern, shape, weight in NAMES)
LENGTH_NAMES = re.compile(
    r"n|len|length|size|num|count|n_\w+|num_\w+|len_\w+|\w*_?(?:count|size|len|length)|\w+Count",
    re.IGNORECASE,
)


def prior(name: str) -> tuple[Shape, float] | None:
    """The shape a name suggests, and how strongly."""
    plain = name.strip("_")
    for candidate in (plain, plain.lower()):
        for pattern, shape, weight in COMPILED:
            if pattern.fullmatch(candidate):
                return shape, weight
    return None


def names_a_length(name: str) -> bool:
    """Whether a name reads as the number of something. Ex) n, size, num_items, inputCount."""
    return LENGTH_NAMES.fullmatch(name.strip("_")) is not None
