package io.vibee.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.journal.ReservedTags;
import io.vibee.protocol.session.SessionEvent.SessionPaused;
import io.vibee.protocol.stored.EventHead;
import java.time.Instant;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The tags of an event")
class JournalTagsTest {

    private static SessionPaused event(String scope, boolean open) {
        return new SessionPaused(new EventHead("usr_1", scope, open, Instant.EPOCH));
    }

    @Test
    @DisplayName("name its owner, its session, and whether something is left to do")
    void scoped() {
        assertThat(JournalTags.of(event("ses_1", true)))
                .containsExactlyInAnyOrder(ReservedTags.owner("usr_1"), ReservedTags.scope("ses_1"), ReservedTags.OPEN);
    }

    @Test
    @DisplayName("name no session for what happens to the account itself")
    void unscoped() {
        assertThat(JournalTags.of(event("", false)))
                .containsExactlyInAnyOrder(ReservedTags.owner("usr_1"), ReservedTags.CLOSED);
    }
}
