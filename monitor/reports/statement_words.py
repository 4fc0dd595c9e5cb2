"""What the statement says, in English and in Indonesian: labels, sentences with places for figures, months and days.

Words are those of the status page's catalogues, so that a customer reads the same ones in both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from monitor.core.model import Seconds


@dataclass(frozen=True, slots=True)
class Words:
    """A language. `say` gives a label or a sentence by its English name."""

    language: str
    months: tuple[str, ...]
    said: Mapping[str, str]

    def say(self, name: str, /, **places: str) -> str:
        """The words under a name; the name itself where it is the words. Raises KeyError for a place not given."""
        return self.said.get(name, name).format(**places)

    def month(self, label: str) -> str:
        """`2026-09` as `September 2026`."""
        year, month = label.split("-")
        return f"{self.months[int(month) - 1]} {year}"

    def moment(self, instant: Seconds, zone: ZoneInfo) -> str:
        """`9 Sep 2026 14:02`; seconds only where there are any."""
        local = datetime.fromtimestamp(instant, zone)
        clock = f"{local:%H:%M:%S}" if local.second else f"{local:%H:%M}"
        return f"{local.day} {self.months[local.month - 1][:3]} {local.year} {clock}"


_ENGLISH = {
    "in_words": "{lost} s of downtime in {measured} s measured",
    "approximate": "Not proven either way: with what was not measured it lies between {low} % and {high} %.",
    "met_nothing": "The target of {target} % was met, so no credit is owed.",
    "band": "{figure} % lies in the band from {low} % to under {high} %, which gives {share} %.",
    "no_band": "{figure} % lies in no band of the schedule, which gives 0 %.",
    "slope": "{figure} % lies {missing} percent below {below} %, of which {counted} count at {per} % each.",
    "capped": "The credit is capped at {cap} %.",
    "owed": "{share} % of the monthly fee of {fee} is {amount}.",
    "owed_share": "{share} % of the monthly fee is owed.",
    "undecided": "Whether a credit is owed has to be decided: the measurement proves neither.",
    "no_credit": "This agreement provides for no credit.",
    "not_yet": "The month is not over: there is no verdict and no credit yet.",
    "window_excluded": "announced {ahead} ahead, excluded",
    "window_late": "announced {ahead} ahead, too late ({needed} are needed): counted",
    "window_capped": "announced {ahead} ahead; {over} beyond the {cap} that a month excludes: counted",
    "window_never": "counted: this agreement does not exclude maintenance",
    "window_after": "announced after it began: counted",
    "taken_excluded": "approved, excluded",
    "taken_unknown": "approved, not measured",
    "pending": "pending: counts as it was seen",
    "rejected": "rejected: counts as it was seen",
    "plain": "As measured, with nothing taken out: 1 − {lost} ÷ {measured} = {figure} %.",
    "plain_same": "Nothing was taken out: the figure is as it was measured.",
    "plain_changes": "What was taken out changes, in seconds: {listed}.",
    "down_seconds": "down",
    "degraded_seconds": "degraded",
    "up_seconds": "up",
    "unknown_seconds": "not measured",
    "excluded_seconds": "excluded",
    "began_before": "began before the month",
    "going_on": "going on",
    "short": "shorter than {least}: counts as up",
    "downtime": "Downtime: down + {weight} × degraded",
    "books_closed": "Closed on {at}; ledger entry {number}.",
    "books_revised": "Revision {revision} of {at}; ledger entry {number}. Why: {reason}",
    "books_provisional": "Provisional: the month is over, and its books are not closed yet. Figures may still change.",
    "books_running": "Running: figures up to {at}.",
    "digest": "Digest of the books: {digest}",
    "head": "Head of the ledger ({number}): {digest}",
    "method_1": "Every second of the month is up, down, not measured or excluded, by checks every {every} s; "
    "an outage's edges are known to one check.",
    "method_0": "Every second of the month is up, down, not measured or excluded.",
    "reported": "{component} is not probed: its seconds are as reported by its vendor ({source}), "
    "entered by {by} on {at}.",
    "unreported": "{component} is not probed, and what its vendor has not reported is not measured.",
    "method_2": "Excluded is maintenance announced in time and what was agreed as an exclusion; what was not measured "
    "is left out of the fraction, and availability is 1 − downtime ÷ measured, cut off after four decimals.",
    "method_3": "Components are taken together second by second, never averaged; the evidence file of this month and "
    "the command “janji recompute” give the same figures on any machine.",
    "page": "Page {page} of {pages}",
    "subject": "Agreement {id}: {components}",
    "period": "{start} to {end}, {zone}",
    "allowed": "Allowed at {target} %",
}

_INDONESIAN = {
    "Service level statement": "Laporan tingkat layanan",
    "Interim statement": "Laporan sementara",
    "Availability": "Ketersediaan",
    "Target": "Target",
    "Verdict": "Hasil",
    "Outlook": "Perkiraan",
    "Credit": "Kredit",
    "met": "terpenuhi",
    "breached": "tidak terpenuhi",
    "indeterminate": "belum pasti",
    "no data": "tidak ada data",
    "on track": "sesuai target",
    "at risk": "berisiko",
    "lost": "tidak tercapai",
    "needs decision": "perlu keputusan",
    "How the figure is made": "Asal angka ini",
    "In the month": "Dalam bulan ini",
    "Out of service": "Di luar masa layanan",
    "Still to come": "Belum berlalu",
    "Excluded": "Dikecualikan",
    "Not measured": "Tidak diukur",
    "Measured": "Terukur",
    "Down": "Tidak tersedia",
    "Degraded": "Terganggu",
    "Outages": "Gangguan",
    "From": "Mulai",
    "To": "Sampai",
    "Length": "Lama",
    "Counted": "Dihitung",
    "Remark": "Keterangan",
    "No outage in this month.": "Tidak ada gangguan pada bulan ini.",
    "Planned maintenance": "Pemeliharaan terencana",
    "No maintenance in this month.": "Tidak ada pemeliharaan pada bulan ini.",
    "Exclusions and corrections": "Pengecualian dan koreksi",
    "Books and proof": "Pembukuan dan bukti",
    "Method": "Metode",
    "maintenance": "pemeliharaan",
    "force majeure": "keadaan kahar",
    "third party": "pihak ketiga",
    "customer caused": "disebabkan pelanggan",
    "measurement error": "kesalahan pengukuran",
    "pending": "menunggu keputusan: dihitung sebagaimana terlihat",
    "approved": "disetujui",
    "rejected": "ditolak: dihitung sebagaimana terlihat",
    "Component": "Komponen",
    "in_words": "{lost} dtk waktu henti dalam {measured} dtk terukur",
    "approximate": "Belum terbukti: dengan waktu yang tidak diukur, nilainya antara {low} % dan {high} %.",
    "met_nothing": "Target {target} % terpenuhi, jadi tidak ada kredit.",
    "band": "{figure} % berada pada rentang dari {low} % sampai di bawah {high} %, yang memberi {share} %.",
    "no_band": "{figure} % tidak berada pada rentang mana pun, sehingga memberi 0 %.",
    "slope": "{figure} % berada {missing} persen di bawah {below} %; {counted} di antaranya dihitung, "
    "masing-masing {per} %.",
    "capped": "Kredit dibatasi {cap} %.",
    "owed": "{share} % dari biaya bulanan {fee} adalah {amount}.",
    "owed_share": "Kredit sebesar {share} % dari biaya bulanan.",
    "undecided": "Apakah ada kredit masih harus diputuskan: pengukuran tidak membuktikan keduanya.",
    "no_credit": "Perjanjian ini tidak memuat kredit.",
    "not_yet": "Bulan ini belum berakhir: belum ada hasil dan belum ada kredit.",
    "window_excluded": "diumumkan {ahead} sebelumnya, dikecualikan",
    "window_late": "diumumkan {ahead} sebelumnya, terlambat (perlu {needed}): dihitung",
    "window_capped": "diumumkan {ahead} sebelumnya; {over} melebihi batas {cap} sebulan: dihitung",
    "window_never": "dihitung: perjanjian ini tidak mengecualikan pemeliharaan",
    "window_after": "diumumkan setelah dimulai: dihitung",
    "taken_excluded": "disetujui, dikecualikan",
    "taken_unknown": "disetujui, tidak diukur",
    "Time": "Waktu",
    "As measured, and by contract": "Menurut pengukuran dan menurut kontrak",
    "plain": "Menurut pengukuran, tanpa pengecualian apa pun: 1 − {lost} ÷ {measured} = {figure} %.",
    "plain_same": "Tidak ada yang dikecualikan: angka ini sesuai dengan pengukuran.",
    "plain_changes": "Pengecualian mengubah, dalam detik: {listed}.",
    "down_seconds": "tidak tersedia",
    "degraded_seconds": "terganggu",
    "up_seconds": "tersedia",
    "unknown_seconds": "tidak diukur",
    "excluded_seconds": "dikecualikan",
    "began_before": "dimulai sebelum bulan ini",
    "going_on": "masih berlangsung",
    "short": "lebih singkat dari {least}: dihitung tersedia",
    "downtime": "Waktu henti: tidak tersedia + {weight} × terganggu",
    "books_closed": "Ditutup pada {at}; entri buku besar {number}.",
    "books_revised": "Revisi {revision} pada {at}; entri buku besar {number}. Alasan: {reason}",
    "books_provisional": "Sementara: bulan sudah berakhir dan pembukuannya belum ditutup. Angka masih dapat berubah.",
    "books_running": "Berjalan: angka sampai {at}.",
    "digest": "Sidik pembukuan: {digest}",
    "head": "Kepala buku besar ({number}): {digest}",
    "method_1": "Setiap detik dalam bulan ini tersedia, tidak tersedia, tidak diukur, atau dikecualikan, menurut "
    "pemeriksaan setiap {every} dtk; batas gangguan diketahui sampai satu pemeriksaan.",
    "method_0": "Setiap detik dalam bulan ini tersedia, tidak tersedia, tidak diukur, atau dikecualikan.",
    "reported": "{component} tidak diperiksa: detiknya menurut laporan vendornya ({source}), "
    "dicatat oleh {by} pada {at}.",
    "unreported": "{component} tidak diperiksa, dan yang belum dilaporkan vendornya tidak diukur.",
    "method_2": "Yang dikecualikan adalah pemeliharaan yang diumumkan tepat waktu dan pengecualian yang disetujui; "
    "waktu yang tidak diukur tidak masuk pecahan, dan ketersediaan adalah 1 − waktu henti ÷ terukur, dipotong setelah "
    "empat desimal.",
    "method_3": "Komponen digabungkan detik demi detik, tidak pernah dirata-ratakan; berkas bukti bulan ini dan "
    "perintah “janji recompute” memberi angka yang sama di mesin mana pun.",
    "page": "Halaman {page} dari {pages}",
    "subject": "Perjanjian {id}: {components}",
    "period": "{start} sampai {end}, {zone}",
    "allowed": "Batas pada {target} %",
}

_MONTHS_EN = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_MONTHS_ID = (
    "Januari", "Februari", "Maret", "April", "Mei", "Juni",
    "Juli", "Agustus", "September", "Oktober", "November", "Desember",
)  # fmt: skip

WORDS: Mapping[str, Words] = {
    "en": Words("en", _MONTHS_EN, _ENGLISH),
    "id": Words("id", _MONTHS_ID, _INDONESIAN),
}
