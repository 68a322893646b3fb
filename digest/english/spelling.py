"""British and American spellings of a word, as one. Pure."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["american"]


def _pairs(text: str) -> Mapping[str, str]:
    return dict(pair.split("=") for pair in text.split())


#: letters that an American writes otherwise wherever they are in a word
_WITHIN: Final = _pairs("""
    colour=color behaviour=behavior favour=favor honour=honor labour=labor neighbour=neighbor harbour=harbor
    humour=humor rumour=rumor tumour=tumor vapour=vapor odour=odor flavour=flavor armour=armor vigour=vigor
    rigour=rigor endeavour=endeavor savour=savor candour=candor clamour=clamor demeanour=demeanor enamour=enamor
    fervour=fervor glamour=glamor parlour=parlor rancour=rancor saviour=savior splendour=splendor valour=valor
    mould=mold moult=molt plough=plow sulph=sulf grey=gray
    anaesth=anesth aesthet=esthet anaemi=anemi haem=hem leucaemi=leukemi leukaemi=leukemi glycaemi=glycemi
    ischaemi=ischemi septicaemi=septicemi bacteraemi=bacteremi uraemi=uremi viraemi=viremi lipidaemi=lipidemi
    natraemi=natremi kalaemi=kalemi volaemi=volemi paediatr=pediatr paedagog=pedagog orthopaed=orthoped
    encyclopaed=encycloped gynaec=gynec archaeo=archeo palaeo=paleo faec=fec caecum=cecum caecal=cecal
    caesarean=cesarean caesium=cesium aetiolog=etiolog mediaeval=medieval haemo=hemo primaev=primev
    oestr=estr oesoph=esoph foet=fet oedem=edem coeliac=celiac homoeo=homeo rrhoea=rrhea pnoea=pnea dioec=diec
    manoeuvre=maneuver manoeuvr=maneuver leucocyt=leukocyt
    artefact=artifact aluminium=aluminum aeroplane=airplane sceptic=skeptic pyjama=pajama yoghurt=yogurt
    carburettor=carburetor jewellery=jewelry skillful=skilful willful=wilful defence=defense offence=offense
    licence=license
    pretence=pretense adaptor=adapter convertor=converter dgement=dgment grammes=grams
""")
#: whole words
_WHOLE: Final = _pairs("""
    disc=disk discs=disks tyre=tire tyres=tires cosy=cozy ageing=aging gramme=gram kilogramme=kilogram
    programme=program programmes=programs
    tranquillity=tranquility centrepiece=centerpiece
    whilst=while amongst=among towards=toward afterwards=afterward maths=math
    practise=practice practises=practice practised=practiced practising=practicing
    speciality=specialty specialities=specialties
""")
# -re: the American -er is there in "centred" too. With the letters before it: "acre" and "genre" are no such words.
_RE = re.compile(r"(cent|fib|lit|met|theat|calib|lust|spect|sab|somb|meag|mit|och|goit|louv|nit|accout)r(e|es|ed|ing)$")
# -ise and -yse. All words in -ise are taken along ("promise"), for that is so in keyword and text.
_ISE = re.compile(r"(?<=[iy])s(?=(?:e|es|ed|er|ers|ing|ings|ation|ations|ational|able|ability)$)")
_BEFORE_ISE = re.compile(r"[aeiouy].*i$|lys?$")
# A doubled l where an American writes one: traveller, marvellous, enrollment. What is before has a syllable of its own.
_DOUBLE_L = re.compile(r"(?<=[aeiouy])([^aeiouy]+[aeiou])ll(?=(?:ers?|ors?|ments?|fully?|ous|ously|ity|en)$)")
_OGUE = re.compile(r"(?<=[aeiou]log)u(?:e$|(?=(?:es|ed|ing|er|ers)$))")
_EABLE = re.compile(r"(?<=[^aeioucg])e(?=abl[ey]$)")


@lru_cache(maxsize=1 << 14)
def american(word: str) -> str:
    """A folded word as Americans write it, to be compared: ``optimise`` and ``optimize`` become one.

    Some words become what nobody writes (``precize``). That harms nothing where both sides are changed alike.
    """
    if len(word) < 4 or not word.isascii():
        return word
    if word in _WHOLE:
        return _WHOLE[word]
    for british, letters in _WITHIN.items():
        if british in word:
            word = word.replace(british, letters)
    if word.endswith(("re", "res", "red", "ring")):
        word = _RE.sub(_er, word)
    if "is" in word or "ys" in word:
        found = _ISE.search(word)
        if found and _BEFORE_ISE.search(word, 0, found.start()):
            word = f"{word[: found.start()]}z{word[found.end() :]}"
    if "ll" in word:
        word = _DOUBLE_L.sub(r"\1l", word)
    if "logu" in word:
        word = _OGUE.sub("", word)
    return _EABLE.sub("", word) if "eabl" in word else word


def _er(found: re.Match[str]) -> str:
    ending = {"e": "er", "es": "ers", "ed": "ered", "ing": "ering"}[found[2]]
    return found[1] + ending
