"""The signature's field in the structure tree, for assistive technology.

A widget is named by a Form element (ISO 32000-1, 14.8.4.5; ISO 14289-1, 7.18.4). It is
part of the revision that is signed.
"""

from typing import Any

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

# they have no types of their own
_DictionaryObject: Any = generic.DictionaryObject
_NumberObject: Any = generic.NumberObject
_IndirectObject: Any = generic.IndirectObject


def tag_field(writer: IncrementalPdfFileWriter, field: generic.IndirectObject) -> None:
    """Put a field that takes no room below the document's element, if there is one."""
    if "/StructTreeRoot" not in writer.root:
        return
    # pyHanko's own types say of each only that it is some object
    tree: Any = writer.root["/StructTreeRoot"]
    widget: Any = field.get_object()  # type: ignore[no-untyped-call]
    kids, parents = tree["/K"], tree["/ParentTree"]
    top: Any = kids[0] if isinstance(kids, generic.ArrayObject) else kids
    key = int(tree["/ParentTreeNextKey"])
    element = writer.add_object(
        _DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): _reference(top),
                pdf_name("/K"): _DictionaryObject(
                    {
                        pdf_name("/Type"): pdf_name("/OBJR"),
                        pdf_name("/Pg"): widget.raw_get("/P"),
                        pdf_name("/Obj"): field,
                    }
                ),
            }
        )
    )
    top["/K"].append(element)
    parents["/Nums"].append(_NumberObject(key))
    parents["/Nums"].append(element)
    tree[pdf_name("/ParentTreeNextKey")] = _NumberObject(key + 1)
    widget[pdf_name("/StructParent")] = _NumberObject(key)
    for changed in (tree, top, top["/K"], parents, parents["/Nums"]):
        writer.update_container(changed)


def _reference(element: Any) -> generic.IndirectObject:
    found = element.container_ref
    made: generic.IndirectObject = _IndirectObject(
        found.idnum, found.generation, found.pdf
    )
    return made
