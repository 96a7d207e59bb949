"""Files as people send them, and as those who mean harm do."""

import base64
import io
import struct
import zipfile
import zlib

from PIL import Image

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
PDF_WITH_SCRIPT = PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(app.alert(1))>>")


def pdf_of(*pages: str, kids: int = 0, content: bytes = b"") -> bytes:
    """A PDF with these texts, one a page; with `kids` it says that it has its first page so many times. `content` is a
    compressed stream in the place of the first text."""
    streams = [f"BT /F1 12 Tf 72 720 Td ({each}) Tj ET".encode("cp1252") for each in pages]
    numbers = range(5, 5 + 2 * len(pages), 2)
    named = [f"{each} 0 R" for each in numbers] if not kids else ["5 0 R"] * kids
    parts = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(named)}/Kids[{' '.join(named)}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
        b"<<>>",
    ]
    for place, stream in zip(numbers, streams, strict=True):
        page = f"<</Type/Page/Parent 2 0 R/Resources<</Font<</F1 3 0 R>>>>/Contents {place + 1} 0 R>>"
        squeezed = content and place == 5
        body, how = (content, "/Filter/FlateDecode") if squeezed else (stream, "")
        parts += [page.encode(), f"<</Length {len(body)}{how}>>stream\n".encode() + body + b"\nendstream"]
    written, places = bytearray(b"%PDF-1.7\n"), []
    for number, part in enumerate(parts, 1):
        places.append(len(written))
        written += f"{number} 0 obj".encode() + part + b"endobj\n"
    start = len(written)
    lines = "".join(f"{each:010} 00000 n \n" for each in places)
    written += f"xref\n0 {len(parts) + 1}\n0000000000 65535 f \n{lines}".encode()
    written += f"trailer<</Root 1 0 R/Size {len(parts) + 1}>>\nstartxref\n{start}\n%%EOF\n".encode()
    return bytes(written)


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
PLACE = "Rotterdam-Noord"
"""Stands in the hidden part of a photo."""


def picture(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> Image.Image:
    """Left dark, right light: which side is which is seen after turning."""
    image = Image.new(mode, size, "black" if mode != "RGBA" else (0, 0, 0, 0))
    image.paste("white" if mode != "RGBA" else (255, 255, 255, 255), (size[0] // 2, 0, size[0], size[1]))
    return image


def jpeg(size: tuple[int, int] = (64, 48), *, orientation: int = 1) -> bytes:
    """A photo with its place, its camera and a remark in it."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x010E] = orientation, "Camera of hers", PLACE
    exif.get_ifd(0x8825).update({1: "N", 2: (51.0, 55.0, 12.0), 3: "E", 4: (4.0, 28.0, 1.0)})
    written = io.BytesIO()
    picture(size).save(written, "JPEG", exif=exif, comment=PLACE.encode(), quality=95)
    return written.getvalue()


def png(size: tuple[int, int] = (64, 48), mode: str = "RGB") -> bytes:
    written = io.BytesIO()
    picture(size, mode).save(written, "PNG")
    return written.getvalue()


def gif(*, moving: bool = False) -> bytes:
    written = io.BytesIO()
    more = [picture().transpose(Image.Transpose.FLIP_LEFT_RIGHT)] if moving else []
    picture().save(written, "GIF", save_all=moving, append_images=more)
    return written.getvalue()


def gif_and_script() -> bytes:
    """A GIF that is a script too: what follows its end is never looked at by who shows it."""
    return gif() + b"*/=1;alert('GIF')//"


def bomb(width: int = 20_000, height: int = 20_000) -> bytes:
    """A PNG of a few hundred kB that says it is 400 million pixels, all of them there."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress(bytes((width // 8 + 1) * height), 9)
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def docx() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name in ("[Content_Types].xml", "_rels/.rels", "word/document.xml"):
            archive.writestr(name, "<x/>")
    return written.getvalue()


HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAADRpbG9jAA"
    "AAAERAAAIAAQAAAAAB4gABAAAAAAAAABgAAgAAAAAB+gABAAAAAAAAAFAAAAA4aWluZgAAAAAAAgAAABVpbmZlAgAAAAABAABodmMxAAAAABVp"
    "bmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADdaXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGE"
    "ABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkA"
    "AAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEH"
    "BpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAcG1kYXQAAAAUKAGvGYDuJEpf"
    "/+jqqxN/wlBihPwAAAAGRXhpZgAATU0AKgAAAAgAAgEOAAIAAAAQAAAAJgEPAAIAAAAPAAAANgAAAABSb3R0ZXJkYW0tTm9vcmQAQ2FtZXJhIG"
    "9mIGhlcnMAAA=="
)
"""A photo of 64 by 48 pixels as an iPhone makes them, with `PLACE` in it (made with libheif and x265)."""
