"""The phrases of what a hub says of itself, in English and Indonesian."""

ENGLISH: dict[str, str] = {
    "own_disk": "Janji itself: its database cannot be written",
    "own_database": "Janji itself: its database does not answer",
    "own_spool": "Janji itself: little room is left for results",
    "own_hanging": "Janji itself hangs",
    "own_failing": "Janji itself keeps failing",
    "own_well": "Janji itself is well again",
    "own_named": "Hub: {name}.",
    "own_blind": "Impact: nothing is judged, the page stands still, and no other alert comes until this is over. "
    "Probing goes on.",
    "own_spool_impact": "Impact: once it is full, results are given up, answers before failures; their slots are "
    "unknown.",
    "own_failing_impact": "Impact: these parts of its work are not done: {parts}.",
    "own_spooled": "Kept safe: {count} results wait in the spool.",
    "own_spooled_lasts": "Kept safe: {count} results wait in the spool, which lasts {time} more at this rate.",
    "own_in_memory": "{count} results wait in memory, as the disk takes none; stopping Janji would lose them.",
    "own_in_memory_lasts": "{count} results wait in memory, as the disk takes none; stopping Janji would lose them. "
    "At this rate there is room for {time} more.",
    "own_dropped": "{count} results were given up for want of room; their slots are unknown.",
    "own_disk_remedy": "Remedy: make room on the disk of the database, or see in the log why it takes nothing. Then it "
    "goes on by itself.",
    "own_database_remedy": "Remedy: see that the database runs and that this machine reaches it; the log has its "
    "answer. Then it goes on by itself.",
    "own_spool_remedy": "Remedy: make room on the disk of the spool, and see why the database takes nothing.",
    "own_hanging_remedy": "Remedy: see whether the disk or the database hangs. If neither does, start Janji again: "
    "what waits on the disk is not lost.",
    "own_failing_remedy": "Remedy: its log says why, and /readyz which part. It tries again by itself.",
    "own_taken_in": "Results that waited are taken in and count. What went down and came back meanwhile may have been "
    "told to nobody: see the page.",
}

INDONESIAN: dict[str, str] = {
    "own_disk": "Janji sendiri: basis datanya tidak dapat ditulisi",
    "own_database": "Janji sendiri: basis datanya tidak menjawab",
    "own_spool": "Janji sendiri: tempat untuk hasil hampir penuh",
    "own_hanging": "Janji sendiri macet",
    "own_failing": "Janji sendiri terus gagal",
    "own_well": "Janji sendiri sudah pulih",
    "own_named": "Hub: {name}.",
    "own_blind": "Dampak: tidak ada yang dinilai, halaman tidak berubah, dan tidak ada kabar lain sampai ini selesai. "
    "Pemeriksaan berjalan terus.",
    "own_spool_impact": "Dampak: bila penuh, hasil dibuang, jawaban sebelum kegagalan; slotnya menjadi tidak "
    "diketahui.",
    "own_failing_impact": "Dampak: bagian pekerjaannya yang tidak berjalan: {parts}.",
    "own_spooled": "Tersimpan aman: {count} hasil menunggu di spool.",
    "own_spooled_lasts": "Tersimpan aman: {count} hasil menunggu di spool, yang dengan laju ini cukup untuk {time} "
    "lagi.",
    "own_in_memory": "{count} hasil menunggu di memori, karena disk tidak menerimanya; menghentikan Janji akan "
    "menghilangkannya.",
    "own_in_memory_lasts": "{count} hasil menunggu di memori, karena disk tidak menerimanya; menghentikan Janji akan "
    "menghilangkannya. Dengan laju ini ada tempat untuk {time} lagi.",
    "own_dropped": "{count} hasil dibuang karena tidak ada tempat; slotnya tidak diketahui.",
    "own_disk_remedy": "Tindakan: kosongkan ruang di disk basis data, atau lihat di log mengapa disk tidak menerima "
    "apa pun. Setelah itu Janji berjalan lagi dengan sendirinya.",
    "own_database_remedy": "Tindakan: pastikan basis data berjalan dan terjangkau dari mesin ini; jawabannya ada di "
    "log. Setelah itu Janji berjalan lagi dengan sendirinya.",
    "own_spool_remedy": "Tindakan: kosongkan ruang di disk spool, dan lihat mengapa basis data tidak menerima apa pun.",
    "own_hanging_remedy": "Tindakan: periksa apakah disk atau basis data macet. Bila tidak, jalankan ulang Janji: yang "
    "menunggu di disk tidak hilang.",
    "own_failing_remedy": "Tindakan: lognya menjelaskan mengapa, dan /readyz bagian yang mana. Janji mencoba lagi "
    "dengan sendirinya.",
    "own_taken_in": "Hasil yang menunggu sudah diterima dan dihitung. Yang jatuh dan pulih sementara itu mungkin tidak "
    "dikabarkan kepada siapa pun: lihat halaman.",
}
