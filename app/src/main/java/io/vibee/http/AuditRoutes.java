package io.vibee.http;

import static org.apache.pekko.http.javadsl.server.Directives.get;
import static org.apache.pekko.http.javadsl.server.Directives.path;
import static org.apache.pekko.http.javadsl.server.PathMatchers.separateOnSlashes;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.vibee.persistence.audit.AuditLog;
import io.vibee.persistence.database.Page;
import io.vibee.protocol.crypto.Sealed;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.server.Route;
import org.jspecify.annotations.Nullable;

/** A user's own journal, in the clear but for its secrets. */
public final class AuditRoutes {

    private static final String AUDIT = "/api/v1/audit";

    private final Door door;
    private final AuditLog audit;
    private final ClearTexts texts;

    public AuditRoutes(Door door, AuditLog audit, ClearTexts texts) {
        this.door = door;
        this.audit = audit;
        this.texts = texts;
    }

    public Route route() {
        return path(separateOnSlashes("api/v1/audit"), () -> get(() -> door.signedIn(AUDIT, this::list)));
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

    private CompletionStage<HttpResponse> list(Caller caller) {
        Parameters parameters = Parameters.of(caller.request(), "session_id", "chat_id", "type", "from", "to");
        int limit = parameters.limit();
        String cursor = parameters.cursor();
        AuditLog.Filter filter = filter(parameters);
        parameters.refuseIfAny();
        return Gathering.read(() -> audit.page(caller.userId(), filter, cursor, limit))
                .thenCompose(page -> shown(caller, page))
                .thenApply(Answers::ok);
    }

    private static AuditLog.Filter filter(Parameters parameters) {
        String chat = parameters.id("chat_id");
        String session = parameters.id("session_id");
        Instant from = parameters.instant("from");
        Instant to = parameters.instant("to");
        if (from != null && to != null && !from.isBefore(to)) {
            parameters.violations().query("to", "a time after from");
        }
        return new AuditLog.Filter(
                session, chat == null ? null : ChatMessages.persistenceId(chat), manifests(parameters), from, to);
    }

    private static List<String> manifests(Parameters parameters) {
        Optional<String> type = parameters.text("type");
        Optional<String> manifest = type.flatMap(EventTypes::manifest);
        if (type.isPresent() && manifest.isEmpty()) {
            parameters.violations().query("type", "one of " + String.join(", ", EventTypes.names()));
        }
        return manifest.stream().toList();
    }

    private CompletionStage<ItemList<AuditItem>> shown(Caller caller, Page<AuditLog.Entry> page) {
        List<AuditPayload> payloads =
                page.items().stream().map(AuditPayload::of).toList();
        List<Sealed> sealed =
                payloads.stream().flatMap(payload -> payload.sealed().stream()).toList();
        return texts.open(caller.userId(), sealed).thenApply(open -> {
            List<AuditItem> items =
                    payloads.stream().map(payload -> show(payload, open)).toList();
            return new ItemList<>(items, page.nextCursor());
        });
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
