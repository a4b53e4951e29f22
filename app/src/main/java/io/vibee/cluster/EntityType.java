package io.vibee.cluster;

import java.util.Arrays;
import java.util.Optional;
import org.apache.pekko.persistence.typed.PersistenceId;

/** The kinds of entity that have a journal. Their persistence ids are made and read here, and nowhere else. */
public enum EntityType {
    ACCOUNT("Account"),
    SESSION("Session"),
    CHAT("Chat");

    private static final String SEPARATOR = PersistenceId.DefaultSeparator();

    private final String typeName;

    EntityType(String typeName) {
        this.typeName = typeName;
    }

    /** An entity, of a persistence id. */
    public record Identified(EntityType type, String entityId) {}

    /** As sharding and the journal know it, stored in every event's persistence id. */
    public String typeName() {
        return typeName;
    }

    public PersistenceId persistenceId(String entityId) {
        return PersistenceId.of(typeName, entityId);
    }

    /** The entity of a persistence id; empty when it is of none of these types. */
    public static Optional<Identified> identify(String persistenceId) {
        return Arrays.stream(values())
                .filter(type -> persistenceId.startsWith(type.typeName + SEPARATOR))
                .map(type -> new Identified(type, persistenceId.substring(type.typeName.length() + SEPARATOR.length())))
                .findFirst();
    }

    /** The id of an entity of this type; empty when the persistence id is of another type. */
    public Optional<String> entityId(String persistenceId) {
        return identify(persistenceId).filter(found -> found.type() == this).map(Identified::entityId);
    }
}
