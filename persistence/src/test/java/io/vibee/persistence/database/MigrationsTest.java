package io.vibee.persistence.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vibee.persistence.journal.TcpProxy;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class MigrationsTest {

    @Test
    void runOnceWhenSeveralNodesStartTogether() {
        DatabaseUrl url = TestDatabase.empty();
        CountDownLatch together = new CountDownLatch(3);

        List<CompletableFuture<Integer>> nodes = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> {
                            together.countDown();
                            awaitAll(together);
                            return Migrations.run(url);
                        },
                        task -> new Thread(task).start()))
                .limit(3)
                .toList();

        assertThat(nodes.stream().mapToInt(CompletableFuture::join).sum())
                .as("each once, whichever node does it")
                .isEqualTo(Migrations.run(TestDatabase.empty()));
    }

    @Test
    void haveNothingToDoTheSecondTime() {
        assertThat(Migrations.run(TestDatabase.fresh())).isZero();
    }

    @Test
    void failInTimeWhenNothingComesFromTheServer() {
        DatabaseUrl direct = TestDatabase.empty();
        try (TcpProxy network = new TcpProxy(direct.port())) {
            network.silence();
            assertThatThrownBy(() -> Migrations.run(network.url(direct))).hasMessageContaining("timed out");
        }
    }

    private static void awaitAll(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
