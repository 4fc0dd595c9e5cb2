"""What mails to subscribers say beside the news itself, in the page's languages."""

from collections.abc import Mapping

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "confirm_subject": "Confirm: updates from {title}",
        "confirm_body": (
            "Somebody, probably you, asked for updates from {title} to this address.\n\n"
            "To get them, open this page and confirm within 24 hours:\n{link}\n\n"
            "If it was not you, do nothing: nothing more will come, and the address is forgotten."
        ),
        "known_body": (
            "Somebody, probably you, asked for updates from {title} to this address. It gets them already.\n\n"
            "To choose services, or to end the updates, open this page:\n{link}"
        ),
        "foot": "You get this because you subscribed to {title}.\nChoose services, or unsubscribe: {link}",
    },
    "id": {
        "confirm_subject": "Konfirmasi: kabar dari {title}",
        "confirm_body": (
            "Seseorang, mungkin Anda, meminta kabar dari {title} dikirim ke alamat ini.\n\n"
            "Untuk menerimanya, buka halaman ini dan konfirmasikan dalam 24 jam:\n{link}\n\n"
            "Jika bukan Anda, abaikan saja: tidak akan ada kiriman lagi, dan alamat ini dilupakan."
        ),
        "known_body": (
            "Seseorang, mungkin Anda, meminta kabar dari {title} dikirim ke alamat ini. "
            "Alamat ini sudah menerimanya.\n\n"
            "Untuk memilih layanan, atau berhenti menerima kabar, buka halaman ini:\n{link}"
        ),
        "foot": "Anda menerima ini karena berlangganan {title}.\nPilih layanan, atau berhenti berlangganan: {link}",
    },
}


def say(word: str, language: str, **values: str) -> str:
    """The text in a language, else in English."""
    return _WORDS.get(language, _WORDS["en"])[word].format(**values)
