package io.vibee.journal;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Statement;
import io.vibee.journal.JournalWrite.NewEvent;
import io.vibee.journal.ReservedTags.Mark;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Stores any number of events of different persistence ids, and what they leave unfinished. The columns travel as arrays. So the
 * text of the statement, and with it the server's plan, is the same for any number of events. All payloads travel in one value;
 * each row cuts its own out of it.
 */
final class EventBatchStatement {

    /*
     * Unnest fills a shorter array up with nulls, so a column that no event has is sent as an empty array. Only the delete reads a
     * table, and only if there is something to delete. So the cached plan is right for a journal of any size.
     */
    private static final String SQL = """
            with clock as (
              select %s as now
            ), opened as (
              insert into unfinished as kept (persistence_id, owner)
              select * from unnest($21::text[], $22::text[])
              %s
            ), closed as (
              delete from unfinished
               where cardinality($23::text[]) > 0 and persistence_id = any($23::text[])
            ), stored as (
              insert into event_journal
                (persistence_id, slice, entity_type, seq_nr, writer, adapter_manifest,
                 event_ser_id, event_ser_manifest, event_payload, meta_ser_id, meta_ser_manifest, meta_payload,
                 tags, owner, scope, db_timestamp)
              select e.persistence_id, e.slice, e.entity_type, e.seq_nr, e.writer, e.adapter_manifest,
                     e.ser_id, e.ser_manifest, substring($19::bytea from e.payload_from for e.payload_length),
                     e.meta_ser_id, e.meta_ser_manifest, substring($19::bytea from e.meta_from for e.meta_length),
                     ($20::text[])[e.tags_from:e.tags_to], e.owner, e.scope, clock.now
                from clock, unnest($1::text[], $2::int[], $3::text[], $4::bigint[], $5::text[], $6::text[],
                                   $7::int[], $8::text[], $9::int[], $10::int[],
                                   $11::int[], $12::text[], $13::int[], $14::int[],
                                   $15::int[], $16::int[], $17::text[], $18::text[])
                     with ordinality as e(persistence_id, slice, entity_type, seq_nr, writer, adapter_manifest,
                                          ser_id, ser_manifest, payload_from, payload_length,
                                          meta_ser_id, meta_ser_manifest, meta_from, meta_length,
                                          tags_from, tags_to, owner, scope, position)
               order by e.position
            )
            select now from clock""".formatted(WriteClauses.timestamp("$24"), WriteClauses.KEEP_OPEN);

    private EventBatchStatement() {}

    static Statement of(Connection connection, List<JournalWrite> writes, Instant notBefore) {
        Statement statement = connection.createStatement(SQL);
        new Parameters(writes).bind(statement, notBefore);
        return statement;
    }

    /** The writes turned into columns. */
    private static final class Parameters {

        private final String[] persistenceIds;
        private final Integer[] slices;
        private final String[] entityTypes;
        private final Long[] sequenceNrs;
        private final String[] writers;
        private final String[] adapterManifests;
        private final Integer[] serializers;
        private final String[] manifests;
        private final Integer[] payloadFrom;
        private final Integer[] payloadLength;
        private Integer[] metaSerializers = {};
        private String[] metaManifests = {};
        private Integer[] metaFrom = {};
        private Integer[] metaLength = {};
        private Integer[] tagsFrom = {};
        private Integer[] tagsTo = {};
        private String[] owners = {};
        private String[] scopes = {};
        private final ByteBuffer payloads;
        private final List<String> tags = new ArrayList<>();
        private final List<String> opened = new ArrayList<>();
        private final List<@Nullable String> openedOwners = new ArrayList<>();
        private final List<String> closed = new ArrayList<>();

        Parameters(List<JournalWrite> writes) {
            int count = 0;
            int bytes = 0;
            for (JournalWrite write : writes) {
                count += write.events().size();
                for (NewEvent event : write.events()) {
                    bytes = Math.addExact(bytes, event.event().bytes().length);
                    if (event.metadata() != null) {
                        bytes = Math.addExact(bytes, event.metadata().bytes().length);
                    }
                }
            }
            persistenceIds = new String[count];
            slices = new Integer[count];
            entityTypes = new String[count];
            sequenceNrs = new Long[count];
            writers = new String[count];
            adapterManifests = new String[count];
            serializers = new Integer[count];
            manifests = new String[count];
            payloadFrom = new Integer[count];
            payloadLength = new Integer[count];
            payloads = ByteBuffer.allocate(bytes);
            int row = 0;
            for (JournalWrite write : writes) {
                for (NewEvent event : write.events()) {
                    add(row++, write, event);
                }
                leaveUnfinished(write);
            }
            payloads.flip();
        }

        private void add(int row, JournalWrite write, NewEvent event) {
            persistenceIds[row] = write.persistenceId();
            slices[row] = write.slice();
            entityTypes[row] = write.entityType();
            sequenceNrs[row] = event.sequenceNr();
            writers[row] = event.writer();
            adapterManifests[row] = event.adapterManifest();
            serializers[row] = event.event().serializerId();
            manifests[row] = event.event().manifest();
            payloadFrom[row] = payloads.position() + 1;
            payloadLength[row] = event.event().bytes().length;
            payloads.put(event.event().bytes());
            addMetadata(row, event.metadata());
            addTags(row, event.tags());
        }

        private void addMetadata(int row, @Nullable SerializedPayload metadata) {
            if (metadata == null) {
                return;
            }
            if (metaSerializers.length == 0) {
                metaSerializers = new Integer[slices.length];
                metaManifests = new String[slices.length];
                metaFrom = new Integer[slices.length];
                metaLength = new Integer[slices.length];
            }
            metaSerializers[row] = metadata.serializerId();
            metaManifests[row] = metadata.manifest();
            metaFrom[row] = payloads.position() + 1;
            metaLength[row] = metadata.bytes().length;
            payloads.put(metadata.bytes());
        }

        private void addTags(int row, ReservedTags.Reading read) {
            if (!read.others().isEmpty()) {
                if (tagsFrom.length == 0) {
                    tagsFrom = new Integer[slices.length];
                    tagsTo = new Integer[slices.length];
                }
                tagsFrom[row] = tags.size() + 1;
                tags.addAll(read.others());
                tagsTo[row] = tags.size();
            }
            if (read.owner() != null) {
                owners = owners.length == 0 ? new String[slices.length] : owners;
                owners[row] = read.owner();
            }
            if (read.scope() != null) {
                scopes = scopes.length == 0 ? new String[slices.length] : scopes;
                scopes[row] = read.scope();
            }
        }

        private void leaveUnfinished(JournalWrite write) {
            Mark mark = write.mark();
            if (mark == Mark.OPEN) {
                opened.add(write.persistenceId());
                openedOwners.add(write.owner());
            } else if (mark == Mark.CLOSED) {
                closed.add(write.persistenceId());
            }
        }

        void bind(Statement statement, Instant notBefore) {
            Object[] values = {
                persistenceIds,
                slices,
                entityTypes,
                sequenceNrs,
                writers,
                adapterManifests,
                serializers,
                manifests,
                payloadFrom,
                payloadLength,
                metaSerializers,
                metaManifests,
                metaFrom,
                metaLength,
                tagsFrom,
                tagsTo,
                owners,
                scopes,
                payloads,
                tags.toArray(String[]::new),
                opened.toArray(String[]::new),
                openedOwners.toArray(String[]::new),
                closed.toArray(String[]::new),
                notBefore
            };
            for (int index = 0; index < values.length; index++) {
                statement.bind(index, values[index]);
            }
        }
    }
}
