"""MathML is read as one line of text."""

from __future__ import annotations

import pytest

from digest.formats.mathml import math_text


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<math><msub><mi>k</mi><mn>1</mn></msub></math>", "k₁"),
        ("<math><mi>O</mi><mo>(</mo><msup><mi>n</mi><mn>2</mn></msup><mo>)</mo></math>", "O(n²)"),
        ("<math><msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup></math>", "xᵢ²"),
        ("<math> <mfrac> <mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow> <mi>c</mi> </mfrac> </math>", "(a+b)/c"),
        ("<math><msqrt><mi>s</mi></msqrt><mo>=</mo><mn>13</mn><mspace/><mi>TeV</mi></math>", "√s=13 TeV"),
        ("<mml:math xmlns:mml='x'><mml:mi mathvariant='normal'>Λ</mml:mi></mml:math>", "Λ"),
        ("<mml:math><mml:mi>a</mml:mi></mml:math>", "a"),
        ("<math><semantics><mi>x</mi><annotation encoding='application/x-tex'>x</annotation></semantics></math>", "x"),
        ("<math><mfenced><mi>a</mi><mi>b</mi></mfenced></math>", "(a, b)"),
        ("<math><mi>f</mi><mo>&#x2061;</mo><mi>x</mi></math>", "fx"),
        ("<math>", ""),
        ("<math><msub><mi>k", "k"),
        ("<math>" + "<mrow>" * 200 + "<mi>x</mi>" + "</mrow>" * 200 + "</math>", "x"),
    ],
)
def test_formulas(markup: str, expected: str) -> None:
    assert math_text(markup) == expected
