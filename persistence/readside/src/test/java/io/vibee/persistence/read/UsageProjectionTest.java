package io.vibee.persistence.read;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.persistence.DatabaseSpecification;
import io.vibee.persistence.read.UsageDays.Usage;
import io.vibee.protocol.account.AccountEvent;
import io.vibee.protocol.account.AccountEvent.BlockClosed;
import io.vibee.protocol.account.AccountEvent.BlockReserved;
import io.vibee.protocol.account.AccountEvent.CallsSettled;
import io.vibee.protocol.stored.EventHead;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.persistence.query.NoOffset;
import org.apache.pekko.persistence.query.typed.EventEnvelope;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("The projection of use")
@Tag("database")
class UsageProjectionTest extends DatabaseSpecification {

    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);
    private static final Instant NEXT_DAY = Instant.parse("2026-11-23T00:01:00Z");
    private static final EventHead HEAD = new EventHead("usr_1", null, true, NEXT_DAY);

    @BeforeEach
    void serve() {
        execute("insert into projection (name) values ('usage')");
    }

    private void project(AccountEvent... events) {
        List<EventEnvelope<AccountEvent>> envelopes = Stream.of(events)
                .map(event -> new EventEnvelope<>(
                        NoOffset.getInstance(),
                        "Account|usr_1",
                        1,
                        scala.Option.apply(event),
                        NEXT_DAY.toEpochMilli(),
                        scala.Option.empty(),
                        "Account",
                        0))
                .toList();
        var rows = await(new UsageProjection().prepare(envelopes));
        await(database.inTransaction(connection -> rows.write(connection, 1)).toFuture());
    }

    private static CallsSettled settled(long block, int calls) {
        return new CallsSettled(HEAD, block, calls, 0, 0, 0);
    }

    private long open() {
        return number("select count(*) from read_usage_block");
    }

    @Test
    @DisplayName(
            "counts calls on the day of their block, and keeps a block only until all of its calls are accounted for")
    void blocks() {
        project(new BlockReserved(HEAD, 1, DAY, 10, NEXT_DAY), settled(1, 4));
        project(new BlockReserved(HEAD, 2, DAY, 5, NEXT_DAY));
        assertThat(open()).isEqualTo(2);

        project(settled(1, 6));
        assertThat(open()).as("the first is used up").isEqualTo(1);
        project(settled(2, 2), new BlockClosed(HEAD, 2, 1));
        assertThat(open()).as("the second was closed").isZero();
        project(new BlockReserved(HEAD, 3, DAY, 1, NEXT_DAY), settled(3, 1));
        assertThat(open()).as("the third was used up at once").isZero();

        assertThat(await(new UsageDays(database).newest("usr_1", 5)))
                .containsExactly(new Usage("usr_1", DAY, 14, 0, 0, 0));
    }
}
