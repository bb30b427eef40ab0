"""A declaration, as doxygen writes it down, in the form in which a reader knows it from the header."""
import re


def signature(element, name, kind):
    if kind == "enum":
        return name
    if kind == "type":
        return f"{name} = {plain(element.find('type'))}"
    kept = plain(element.find("type"))
    kept = re.sub(r"^requires.*?\b(?=Tensor\b|void\b|auto\b|Operand\b)|\b(constexpr|inline|constinit)\b *", "", kept)
    text = template_of(element) + f"{kept} {name}".strip()
    if kind == "member":
        return " ".join([text + (element.findtext("argsstring") or ""), plain(element.find("initializer"))]).strip()
    return text + tidy(element.findtext("argsstring") or "")


def tidy(arguments):
    """Without the line of the caller, which every operation takes by itself."""
    text = re.sub(r",? ?Location at ?(=Location::current\(\))?", "", arguments)
    text = re.sub(r" (&+|\*)", r"\1 ", text).replace("( ", "(")
    text = re.sub(r" ?= ?(default|0)$", r"", re.sub(r"(?<![=<>!])=(?!=)", " = ", text).replace("  ", " "))
    return re.sub(r"([&*]) (?=[,)])", r"\1", text).replace("(, ", "(")


def template_of(element):
    parameters = element.find("templateparamlist")
    if parameters is None:
        return ""
    return f"template<{', '.join(map(template_parameter, parameters))}> "


def template_parameter(element):
    kind, name = plain(element.find("type")), element.findtext("declname") or ""
    return kind.replace("(*)", f"(*{name})") if "(*)" in kind else f"{kind} {name}".strip()


def plain(element):
    return "" if element is None else re.sub(r"\s+", " ", "".join(element.itertext())).replace("< ", "<").strip()
