package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("The running exports")
@Tag("actors")
class RunningExportsTest {

    private static final ActorTestKit KIT = ActorTestKit.create();

    private final RunningExports running = new RunningExports(4, KIT.system());

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    @RepeatedTest(20)
    @DisplayName("of one user are one, however many are asked for at once")
    void oneOfAUser() throws Exception {
        CyclicBarrier together = new CyclicBarrier(8);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Callable<RunningExports.Attempt> attempt = () -> {
                together.await();
                return running.reserve("ann");
            };
            List<Future<RunningExports.Attempt>> attempts =
                    IntStream.range(0, 8).mapToObj(i -> threads.submit(attempt)).toList();
            int places = 0;
            for (Future<RunningExports.Attempt> one : attempts) {
                places += one.get().permit().isPresent() ? 1 : 0;
            }
            assertThat(places).isEqualTo(1);
        }
    }

    @Test
    @DisplayName("of all users are so many, and one that ends makes room once")
    void someOfAll() {
        RunningExports.Permit first = running.reserve("u0").permit().orElseThrow();
        assertThat(first.begin()).isTrue();
        for (int i = 1; i < 4; i++) {
            assertThat(running.reserve("u" + i).permit()).isPresent();
        }
        assertThat(running.reserve("u4").refusal()).contains(RunningExports.Refusal.OF_ALL);
        assertThat(running.reserve("u3").refusal()).contains(RunningExports.Refusal.OF_USER);

        first.end();
        first.end();

        assertThat(running.reserve("u0").permit()).isPresent();
        assertThat(running.reserve("u4").refusal()).contains(RunningExports.Refusal.OF_ALL);
        assertThat(first.begin()).as("after its end").isFalse();
    }
}
