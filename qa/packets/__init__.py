"""Evidence to take away: answers with all that is needed to check their quotes elsewhere, later.

How it is used, by the command line, the page and programs alike:

    record = record_of(answer, documents, within, asked)   # of one answer; to_plain(record) is JSON
    packet = Packet.of([record, ...], versions, original)  # with pictures of PDF pages
    data = exported(packet, "docx")                        # bytes; FORMATS lists the others
    packet = read_packet(data)                             # PacketError where it was altered
    findings = verify(packet, documents)                   # each quote: holds, moved, changed, gone

`record_of` is in `records`, `Packet` and `read_packet` in `packet`, `exported` in `exporting` and
`verify` in `verifying`. `Corpus.packet` and `Corpus.verify` do it for a corpus. A record that comes
from a browser is read with `record_from`, which raises PacketError for what is none.
"""
