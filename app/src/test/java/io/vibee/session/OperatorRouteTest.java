package io.vibee.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.vibee.protocol.chat.Incoming;
import io.vibee.protocol.session.Bot;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.telegram.telegrambots.meta.api.objects.Update;

@DisplayName("An update of the operator's bot")
class OperatorRouteTest {

    private static Route of(String what) throws JsonProcessingException {
        String update = "{'update_id':1," + what + "}";
        return OperatorRoute.of(
                new ObjectMapper().readValue(update.replace('\'', '"'), Update.class), new Bot(9, "operators_bot"));
    }

    private static Route ofMessage(String what) throws JsonProcessingException {
        return of("'message':{'message_id':5,'date':1,'chat':{'id':7,'type':'private'},"
                + "'from':{'id':7,'is_bot':false,'first_name':'Ann'}," + what + "}");
    }

    @Test
    @DisplayName("tells of a bot that a person made through it, which is taken however late")
    void managed() throws JsonProcessingException {
        OperatorUpdate.Managed managed =
                new OperatorUpdate.Managed(new Incoming.Person(7, "Ann", false, "ru"), 8, "twin_bot");

        assertThat(of("'managed_bot':{'user':{'id':7,'is_bot':false,'first_name':'Ann','language_code':'ru'},"
                        + "'bot':{'id':8,'is_bot':true,'first_name':'Twin','username':'twin_bot'}}"))
                .isEqualTo(new Route.ForOperator(managed));
        assertThat(managed.keeps()).isTrue();
        assertThat(managed.key()).isEqualTo("managed:8");
    }

    @Test
    @DisplayName("that Telegram says itself is nothing that the person wrote")
    void service() throws JsonProcessingException {
        assertThat(ofMessage("'managed_bot_created':{'bot':{'id':8,'is_bot':true,'first_name':'Twin'}}"))
                .isEqualTo(new Route.None());
        assertThat(ofMessage("'write_access_allowed':{}")).isEqualTo(new Route.None());
        assertThat(ofMessage("'voice':{'file_id':'v','file_unique_id':'u','duration':1}"))
                .isInstanceOf(Route.ForOperator.class);
        assertThat(ofMessage("'text':'/help'")).isInstanceOf(Route.ForOperator.class);
    }
}
