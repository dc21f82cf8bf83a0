package io.tinyclip.cluster.membership;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A name server on loopback that knows one name (RFC 1035). */
final class NameServer implements AutoCloseable {
    private static final int LARGEST_PACKET = 512;
    private static final int HEADER = 12;
    private static final short TYPE_A = 1;
    private static final short TYPE_AAAA = 28;
    private static final short CLASS_IN = 1;
    private static final short ANSWER = (short) 0x8180;
    private static final short NO_SUCH_NAME = (short) 0x8183;
    private static final short NAME_OF_QUESTION = (short) 0xC00C;
    private static final int SECONDS_TO_LIVE = 1;

    private final DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    private final String name;
    private final List<String> addresses;

    NameServer(String name, List<String> addresses) throws SocketException {
        this.name = name;
        this.addresses = addresses;
        Thread thread = new Thread(this::serve, "name-server");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() {
        socket.close();
    }

    private void serve() {
        try {
            while (!socket.isClosed()) {
                DatagramPacket packet = new DatagramPacket(new byte[LARGEST_PACKET], LARGEST_PACKET);
                socket.receive(packet);
                byte[] answer = answer(ByteBuffer.wrap(packet.getData(), 0, packet.getLength()));
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new IllegalStateException(e);
            }
        }
    }

    private byte[] answer(ByteBuffer query) throws IOException {
        short id = query.getShort();
        query.position(HEADER);
        boolean known = readName(query).equals(name);
        short type = query.getShort();
        query.getShort();
        List<byte[]> answers = known ? addresses(type) : List.of();
        ByteBuffer answer = ByteBuffer.allocate(LARGEST_PACKET);
        answer.putShort(id).putShort(known ? ANSWER : NO_SUCH_NAME);
        answer.putShort((short) 1).putShort((short) answers.size()).putInt(0);
        answer.put(query.array(), HEADER, query.position() - HEADER);
        for (byte[] bytes : answers) {
            answer.putShort(NAME_OF_QUESTION).putShort(type).putShort(CLASS_IN).putInt(SECONDS_TO_LIVE);
            answer.putShort((short) bytes.length).put(bytes);
        }
        byte[] packet = new byte[answer.position()];
        answer.flip().get(packet);
        return packet;
    }

    private List<byte[]> addresses(short type) throws IOException {
        List<byte[]> found = new ArrayList<>();
        for (String address : addresses) {
            InetAddress own = InetAddress.getByName(address);
            if (type == (own instanceof Inet6Address ? TYPE_AAAA : TYPE_A)) {
                found.add(own.getAddress());
            }
        }
        return found;
    }

    private static String readName(ByteBuffer query) {
        StringBuilder name = new StringBuilder();
        for (int length = query.get(); length > 0; length = query.get()) {
            byte[] label = new byte[length];
            query.get(label);
            name.append(name.length() == 0 ? "" : ".").append(new String(label, StandardCharsets.US_ASCII));
        }
        return name.toString();
    }
}
