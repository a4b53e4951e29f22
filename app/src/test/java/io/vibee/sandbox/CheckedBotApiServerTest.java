package io.vibee.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@DisplayName("A test with a simulated Telegram")
@Tag("actors")
class CheckedBotApiServerTest {
    private SandboxSystem sandbox;
    private SandboxWorld world;
    private SandboxBot bot;
    private SandboxUser anna;
    private BotCalls calls;

    @BeforeEach
    void start() {
        assumeThat(BotApiSchema.find()).as(BotApiSchema.MISSING).isPresent();
        sandbox = new SandboxSystem();
        BotApiServer server = sandbox.botApi();
        world = server.world();
        bot = world.createBot("checked_bot");
        anna = world.createUser("Anna");
        calls = new BotCalls(server, bot);
    }

    private void endsWith(String... deviations) {
        calls.close();
        assertThat(sandbox.deviations()).containsExactly(deviations);
        assertThatThrownBy(sandbox::close).isInstanceOf(AssertionError.class).hasMessageContaining(deviations[0]);
    }

    @Test
    @DisplayName("fails at its end for a request that the Bot API does not know, whatever was answered")
    void request() {
        calls.answer("sendMessage", "{'chat_id':1,'txt':'x'}");
        endsWith("sendMessage.txt: no such field", "sendMessage.text: missing");
    }

    @Test
    @DisplayName("fails at its end for an update that the Bot API does not know")
    void update() {
        world.userWrites(
                bot, anna, world.privateChat(anna), IncomingMessage.text("").with(new Media.Other("location", "{}")));
        calls.updates();
        endsWith("update.message.location.latitude: missing", "update.message.location.longitude: missing");
    }

    @Test
    @DisplayName("does not fail for what it puts among the updates by hand")
    void byHand() {
        world.injectUpdate(bot, id -> "{\"update_id\":" + id + ",\"moon_phase\":{}}");
        assertThat(calls.updates()).hasSize(1);
        calls.close();
        sandbox.close();
    }
}
