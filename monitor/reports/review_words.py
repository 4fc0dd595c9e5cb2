"""What the review and the letters with reports say, in English and in Indonesian, beside the statement's words."""

from collections.abc import Mapping
from dataclasses import replace

from monitor.reports.statement_words import WORDS as STATEMENT
from monitor.reports.statement_words import Words

_ENGLISH = {
    "heading": "All services",
    "review_subject": "{components} components, {agreements} agreements. Components are judged by their objectives "
    "in {zone}, agreements by their contracts in their own zone.",
    "of": "{kept} of {all}",
    "met_note": "met their target",
    "track_note": "on track",
    "union_note": "at least one component down",
    "owed_note": "owed to customers",
    "decide_note": "{count} to be decided",
    "none_judged": "none has a target",
    "no_breach": "No objective and no agreement was missed.",
    "no_outages": "No component was down.",
    "no_agreements": "No agreement holds in this month.",
    "adds_up": "{added} s added up − {overlap} s counted more than once = {union} s with at least one component down.",
    "planned_total": "All components added up: {good} announced in time, {late} announced too late, {overrun} down "
    "past an announced end. What was late and what ran over counts as downtime.",
    "why_counted": "Contractual is what counts: without maintenance announced in time and approved exclusions. "
    "Measured is the same time with nothing taken out.",
    "why_coverage": "Coverage is measured ÷ agreed time. What was not measured is neither up nor down.",
    "pending": "pending",
    "rejected": "rejected",
    "pending_note": "Until a request is decided, its time counts as it was seen.",
    "open_books": "The books are still open: figures may change until they are closed.",
    "sealed_books": "All that has a target is closed: this review stays the same, byte for byte.",
    "never_closed": "Without a target nothing is closed: {names}.",
    "review_footer": "Review · {month}",
    "left_out": "{time} excluded",
    "revised": "revised ({revision})",
    "letter_review": "{issuer}: review of {month}",
    "letter_statement": "{name}: service level statement, {month}",
    "letter_revised": "{name}: service level statement, {month}, revision {revision}",
    "letter_kept": "Targets met: {components} components, {agreements} agreements.",
    "letter_down": "Down: {union} with at least one component down; {added} all components added up.",
    "letter_line": "{name}: {figure}, target {target}: {outcome}.",
    "letter_free": "{name}: {figure}.",
    "letter_credit": "Credit: {credit}.",
    "letter_credits": "Credits: {credits}.",
    "no_files": "This channel takes no files. To get the file: {command}",
}
_INDONESIAN = {
    "Monthly review": "Tinjauan bulanan",
    "Interim review": "Tinjauan sementara",
    "heading": "Semua layanan",
    "review_subject": "{components} komponen, {agreements} perjanjian. Komponen dinilai menurut targetnya dalam "
    "{zone}, perjanjian menurut kontraknya dalam zona masing-masing.",
    "of": "{kept} dari {all}",
    "met_note": "memenuhi target",
    "track_note": "sesuai target",
    "union_note": "setidaknya satu komponen tidak tersedia",
    "owed_note": "untuk pelanggan",
    "decide_note": "{count} perlu keputusan",
    "none_judged": "tidak ada yang bertarget",
    "no_breach": "Semua target dan perjanjian terpenuhi.",
    "no_outages": "Tidak ada komponen yang terganggu.",
    "no_agreements": "Tidak ada perjanjian yang berlaku pada bulan ini.",
    "adds_up": "{added} dtk dijumlahkan − {overlap} dtk terhitung lebih dari sekali = {union} dtk dengan setidaknya "
    "satu komponen tidak tersedia.",
    "planned_total": "Semua komponen dijumlahkan: {good} diumumkan tepat waktu, {late} diumumkan terlambat, "
    "{overrun} tidak tersedia melewati akhir yang diumumkan. Yang terlambat dan yang melewati batas dihitung "
    "sebagai waktu henti.",
    "why_counted": "Kontraktual adalah yang dihitung: tanpa pemeliharaan yang diumumkan tepat waktu dan pengecualian "
    "yang disetujui. Terukur adalah waktu yang sama tanpa pengecualian apa pun.",
    "why_coverage": "Cakupan adalah terukur ÷ waktu perjanjian. Waktu yang tidak diukur tidak dianggap tersedia maupun "
    "tidak tersedia.",
    "pending": "menunggu keputusan",
    "rejected": "ditolak",
    "pending_note": "Sampai diputuskan, waktu suatu permohonan dihitung sebagaimana terlihat.",
    "open_books": "Pembukuan masih terbuka: angka dapat berubah sampai ditutup.",
    "sealed_books": "Semua yang bertarget sudah ditutup: tinjauan ini tetap sama, bita demi bita.",
    "never_closed": "Tanpa target tidak ada yang ditutup: {names}.",
    "review_footer": "Tinjauan · {month}",
    "Components and objectives": "Komponen dan target",
    "Agreements": "Perjanjian",
    "Agreement": "Perjanjian",
    "Components": "Komponen",
    "Downtime": "Waktu henti",
    "Credits": "Kredit",
    "Allowed": "Batas",
    "Coverage": "Cakupan",
    "Breaches": "Target yang tidak terpenuhi",
    "Over the allowance": "Melebihi batas",
    "Total downtime": "Waktu henti keseluruhan",
    "Added up": "Dijumlahkan",
    "Counted more than once": "Terhitung lebih dari sekali",
    "At least one component down": "Setidaknya satu komponen tidak tersedia",
    "Outages by component": "Gangguan per komponen",
    "Planned": "Terencana",
    "Overrun": "Melewati batas",
    "Measured and contractual": "Terukur dan kontraktual",
    "As measured": "Terukur",
    "Contractual": "Kontraktual",
    "Service": "Layanan",
    "Request": "Permohonan",
    "Kind": "Jenis",
    "State": "Keadaan",
    "Books": "Pembukuan",
    "Digest": "Sidik",
    "seconds": "detik",
    "not judged": "tanpa target",
    "running": "berjalan",
    "provisional": "sementara",
    "closed": "ditutup",
    "left_out": "{time} dikecualikan",
    "revised": "revisi ({revision})",
    "in time": "tepat waktu",
    "too late": "terlambat",
    "letter_review": "{issuer}: tinjauan {month}",
    "letter_statement": "{name}: laporan tingkat layanan, {month}",
    "letter_revised": "{name}: laporan tingkat layanan, {month}, revisi {revision}",
    "letter_kept": "Target terpenuhi: {components} komponen, {agreements} perjanjian.",
    "letter_down": "Waktu henti: {union} dengan setidaknya satu komponen tidak tersedia; {added} bila semua komponen "
    "dijumlahkan.",
    "letter_line": "{name}: {figure}, target {target}: {outcome}.",
    "letter_free": "{name}: {figure}.",
    "letter_credit": "Kredit: {credit}.",
    "letter_credits": "Kredit: {credits}.",
    "no_files": "Saluran ini tidak menerima berkas. Untuk mendapatkannya: {command}",
}

WORDS: Mapping[str, Words] = {
    language: replace(STATEMENT[language], said={**STATEMENT[language].said, **said})
    for language, said in (("en", _ENGLISH), ("id", _INDONESIAN))
}
