package io.vibee.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.journal.ReservedTags.Mark;
import io.vibee.journal.ReservedTags.Reading;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Reserved tags")
class ReservedTagsTest {

    @Test
    void areToldApartFromOthers() {
        Reading reading = Reading.of(
                Set.of(ReservedTags.owner("u:1"), ReservedTags.scope("s1"), ReservedTags.OPEN, "red", "blue"));

        assertThat(reading).isEqualTo(new Reading("u:1", "s1", Mark.OPEN, List.of("blue", "red")));
    }

    @Test
    void ofAnEventWithoutTagsSayNothing() {
        assertThat(Reading.of(Set.of())).isEqualTo(new Reading(null, null, Mark.NONE, List.of()));
    }

    @Test
    void closeWhenTheySayOnlyThat() {
        assertThat(Reading.of(Set.of(ReservedTags.CLOSED)).mark()).isEqualTo(Mark.CLOSED);
    }

    @Test
    void thatContradictEachOtherLeaveTheEventOpenInWhateverOrder() {
        assertThat(Reading.of(List.of(ReservedTags.CLOSED, ReservedTags.OPEN)).mark())
                .isEqualTo(Mark.OPEN);
        assertThat(Reading.of(List.of(ReservedTags.OPEN, ReservedTags.CLOSED)).mark())
                .isEqualTo(Mark.OPEN);
    }

    @Test
    void refuseAnOwnerThatTheColumnCanNotHold() {
        assertThatThrownBy(() -> ReservedTags.owner("")).hasMessage("owner of 0 characters (expected: 1 to 255)");
        assertThatThrownBy(() -> ReservedTags.scope("x".repeat(256)))
                .hasMessage("scope of 256 characters (expected: 1 to 255)");
    }
}
