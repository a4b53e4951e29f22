import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server that is Telegram and the model for all nodes. Each node calls it by a path of its own, so it knows who calls. */
final class Referee {
    private static final Pattern TELEGRAM = Pattern.compile("/node(\\d)/bot([^/]+)/([^/]+)");
    private static final Pattern MODEL = Pattern.compile("/node\\d/v1/chat/completions");

    static {
        // The server would close idle connections beyond 200, and a node that sends on one just then would be in doubt.
        System.setProperty("sun.net.httpserver.maxIdleConnections", "100000");
        System.setProperty("sun.net.httpserver.idleInterval", "3600");
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    final Ledger ledger = new Ledger();
    final SimulatedTelegram telegram = new SimulatedTelegram(ledger);
    final SimulatedModel model = new SimulatedModel();

    private Referee() {}

    static Referee start(int port) throws IOException {
        var referee = new Referee();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 4096);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", referee::handle);
        server.start();
        return referee;
    }

    void weather(Weather now) {
        telegram.weather(now);
        model.weather(now);
    }

    private void handle(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Matcher call = TELEGRAM.matcher(path);
        try {
            if (call.matches()) {
                telegram.handle(exchange, Integer.parseInt(call.group(1)), call.group(2), call.group(3));
            } else if (MODEL.matcher(path).matches()) {
                model.handle(exchange);
            } else {
                answer(exchange, 404, "text/plain", new byte[0]);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            exchange.close();
        }
    }

    static void answer(HttpExchange exchange, int status, String type, byte[] body) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.getResponseBody().close();
    }
}
