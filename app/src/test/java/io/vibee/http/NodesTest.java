package io.vibee.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.vibee.http.Api.Answer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@DisplayName("The nodes of the cluster")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("database")
class NodesTest {

    private static final String NODES = "/api/v1/admin/nodes";

    private Api api;

    @BeforeAll
    void start() {
        api = Api.start();
    }

    @AfterAll
    void stop() {
        api.close();
    }

    @Test
    @DisplayName("are shown to an operator, however the name is written")
    void operator() {
        Answer answer = api.get(api.register("olga"), NODES);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"items\":[{\"address\":\"pekko://vibee@10.0.0.7:17355\",\"version\":\"1.2.3\",\"status\":\"up\","
                                + "\"self\":true,\"leader\":true,\"holds_lease\":true,\"started_at\":\"1970-01-01T00:00:00Z\","
                                + "\"seen_at\":\"1970-01-01T00:00:00Z\",\"cpu_load\":0.25,\"sessions\":3,\"chats\":40}],"
                                + "\"next_cursor\":null}");
    }

    @Test
    @DisplayName("are shown to nobody else")
    void others() {
        Answer answer = api.get(api.register("ann"), NODES);

        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).contains("urn:vibee:problem:operators-only").doesNotContain("10.0.0.7");
    }
}
