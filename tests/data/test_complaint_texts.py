"""120 complaints written for the course: labels that hold together, and words that neither give the theme away nor hide it."""

import re

import numpy as np
import pytest
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.metrics import f1_score
from sklearn.naive_bayes import ComplementNB

from service_marketing import datasets

F1 = 0.39
"""Macro F1 of characters and pairs of them with complement naive Bayes, 80 texts to learn from and 40 to test; chance is 0.125."""


@pytest.fixture(scope="module")
def texts():
    return datasets.load_complaints_texts()


def test_themes_and_held_out_part_are_balanced(texts):
    assert texts.theme.value_counts().eq(15).all()
    assert texts[texts.held_out == "是"].theme.value_counts().eq(5).all()
    assert texts.severity.value_counts().min() >= 20
    assert texts.channel.value_counts().min() >= 10
    for kind in ("DJ", "PJ", "IJ"):
        assert texts.justice.str.contains(kind).sum() >= 25


def test_every_text_is_its_own(texts):
    assert texts.text.str.len().between(15, 120).all()
    assert texts.text.str.len().std() > 15
    starts, ends = texts.text.str[:3], texts.text.str[-4:]
    assert starts.value_counts().max() <= 8
    assert ends.value_counts().max() <= 2
    pairs = [{text[i : i + 4] for i in range(len(text) - 3)} for text in texts.text]
    for i in range(len(pairs)):
        for j in range(i):
            assert len(pairs[i] & pairs[j]) < 0.25 * min(len(pairs[i]), len(pairs[j])), (i, j)


def test_no_number_reaches_a_person(texts):
    assert not texts.text.str.contains(r"\d{7,}").any()
    assert not texts.text.map(lambda text: bool(re.search(r"https?:|@", text))).any()


def predicted(known, asked):
    words = TfidfVectorizer(analyzer="char", ngram_range=(1, 2))
    model = ComplementNB(alpha=0.5).fit(words.fit_transform(known.text), known.theme)
    return model.predict(words.transform(asked.text))


def test_a_simple_classifier_is_better_than_chance_and_far_from_perfect(texts):
    known, asked = texts[texts.held_out == "否"], texts[texts.held_out == "是"]
    score = f1_score(asked.theme, predicted(known, asked), average="macro")
    assert score == pytest.approx(F1, abs=0.03)
    assert score < 0.7
    draws = np.random.default_rng(1)
    by_chance = [
        f1_score(asked.theme, predicted(known.assign(theme=draws.permutation(known.theme)), asked), average="macro") for _ in range(100)
    ]
    assert score > max(by_chance)
