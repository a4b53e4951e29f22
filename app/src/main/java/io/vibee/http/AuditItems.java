package io.vibee.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.persistence.audit.AuditLog;
import io.vibee.protocol.crypto.Sealed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Events of a journal as their owner reads them: in the clear, except for secrets. */
public final class AuditItems {

    private final ClearTexts texts;

    public AuditItems(ClearTexts texts) {
        this.texts = texts;
    }

    /**
     * @param erased true when a text of it was erased, else left out
     */
    record AuditItem(
            String persistenceId,
            long seqNr,
            String type,
            Instant timestamp,
            JsonNode payload,

            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable
            Boolean erased) {
        @Override
        public String toString() {
            return "AuditItem[" + persistenceId + ", " + seqNr + ", " + type + "]";
        }
    }

    CompletionStage<List<AuditItem>> of(String owner, List<AuditLog.Entry> entries) {
        List<AuditPayload> payloads = entries.stream().map(AuditPayload::of).toList();
        List<Sealed> sealed =
                payloads.stream().flatMap(payload -> payload.sealed().stream()).toList();
        return texts.open(owner, sealed)
                .thenApply(open ->
                        payloads.stream().map(payload -> show(payload, open)).toList());
    }

    private static AuditItem show(AuditPayload payload, Function<Sealed, Optional<String>> open) {
        AuditLog.Entry entry = payload.entry();
        AuditPayload.Opened opened = payload.open(open);
        return new AuditItem(
                entry.persistenceId(),
                entry.seqNr(),
                EventTypes.name(entry.manifest()),
                entry.timestamp(),
                opened.payload(),
                opened.erased() ? Boolean.TRUE : null);
    }
}
