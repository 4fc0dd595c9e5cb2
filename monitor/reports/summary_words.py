"""What a customer's monthly summary says, in English and in Indonesian, beside the review's words."""

from collections.abc import Mapping
from dataclasses import replace

from monitor.reports.review_words import WORDS as REVIEW
from monitor.reports.statement_words import Words

_ENGLISH = {
    "as_of": "Figures up to {at}, {zone}. The statement of a closed month is the document that stays.",
    "together": "The agreement takes its components together, second by second: its availability is no mean of these.",
    "times_note": "Response times are those of all checks and locations; 95 % of the answers took no longer.",
    "sum_note": "All months together: {figure}, from the sum of their seconds.",
    "letter_summary": "{name}: summary of {month}",
    "letter_incidents": "Incidents: {count}.",
}
_INDONESIAN = {
    "Monthly summary": "Ringkasan bulanan",
    "Services": "Layanan",
    "Median response": "Respons median",
    "95 % within": "95 % dalam",
    "The last months": "Bulan-bulan terakhir",
    "Month": "Bulan",
    "as_of": "Angka sampai {at}, {zone}. Dokumen yang tetap adalah laporan bulan yang sudah ditutup.",
    "together": "Perjanjian menggabungkan komponennya detik demi detik: ketersediaannya bukan rata-rata angka ini.",
    "times_note": "Waktu respons dari semua pemeriksaan dan lokasi; 95 % jawaban tidak lebih lama dari itu.",
    "sum_note": "Semua bulan bersama: {figure}, dari jumlah detiknya.",
    "letter_summary": "{name}: ringkasan {month}",
    "letter_incidents": "Insiden: {count}.",
}

WORDS: Mapping[str, Words] = {
    language: replace(REVIEW[language], said={**REVIEW[language].said, **said})
    for language, said in (("en", _ENGLISH), ("id", _INDONESIAN))
}
