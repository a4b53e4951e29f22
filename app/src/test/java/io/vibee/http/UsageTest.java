package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.http.Api.Answer;
import io.vibee.http.Api.Someone;
import io.vibee.protocol.account.UsageView;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayName("What was used")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("database")
class UsageTest {

    private static final String USAGE = "/api/v1/usage";

    private Api api;
    private Someone ann;

    @BeforeAll
    void start() {
        api = Api.start();
        ann = api.register("ann");
    }

    @AfterAll
    void stop() {
        api.close();
    }

    private void used(int calls, @Nullable Integer limit, long costMicroUsd) {
        api.entities.usage.put(
                ann.id(), new UsageView(LocalDate.of(2026, 1, 2), calls, limit, 1500, 120, costMicroUsd, null));
    }

    @Test
    @DisplayName("is shown with the day and the limit")
    void shown() {
        used(3, 1000, 792);

        Answer answer = api.get(ann, USAGE);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo("{\"day\":\"2026-01-02\",\"ai_requests\":{\"used\":3,\"limit\":1000},"
                        + "\"tokens\":{\"prompt\":1500,\"completion\":120},\"cost_usd\":0.000792}");
    }

    @Test
    @DisplayName("has a null limit where there is none")
    void unlimited() {
        used(3, null, 0);

        assertThat(api.get(ann, USAGE).body()).contains("\"ai_requests\":{\"used\":3,\"limit\":null}");
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "1, 0.000001", "500000, 0.5", "10000000, 10", "1000000000000, 1000000"})
    @DisplayName("costs dollars with 6 decimals at most")
    void cost(long microUsd, String usd) {
        used(1, null, microUsd);

        assertThat(api.get(ann, USAGE).body()).endsWith("\"cost_usd\":" + usd + "}");
    }

    @Test
    @DisplayName("is for who is signed in")
    void unauthenticated() {
        assertThat(api.get(null, USAGE).status()).isEqualTo(401);
    }

    @Test
    @DisplayName("is not found of an account that is erased")
    void unknown() {
        assertThat(api.get(api.register("bob"), USAGE).status()).isEqualTo(404);
    }

    @Test
    @DisplayName("can't be told while the account can't be reached")
    void unreachable() {
        api.entities.reachable = false;
        try {
            assertThat(api.get(ann, USAGE).status()).isEqualTo(503);
        } finally {
            api.entities.reachable = true;
        }
    }
}
