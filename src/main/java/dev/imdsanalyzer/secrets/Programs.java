package dev.imdsanalyzer.secrets;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Programs whose options take a secret without saying so in their name, as their manual pages have them.
 *
 * <p>Letters are written as for getopt(3), each with what its value is: {@code :} of no interest, {@code !} a secret,
 * {@code ?} the same but only in the same argument, {@code @} user:password, {@code %} user%password, {@code ,}
 * user,password, {@code *} user:password or a token, {@code =} a cookie unless a file's name, {@code ^} an
 * address, {@code /} user/password. Whole words have the same
 * mark behind them, and the mark alone is for operands; {@code login} before a letter wants that word first.
 */
final class Programs {
    /** What an option's value is. */
    enum Value {
        PLAIN(':'),
        SECRET('!'),
        ATTACHED_SECRET('?'),
        USER_COLON_PASSWORD('@'),
        USER_PERCENT_PASSWORD('%'),
        USER_COMMA_PASSWORD(','),
        USER_OR_TOKEN('*'),
        COOKIE('='),
        /** A URL, perhaps without its scheme. */
        ADDRESS('^'),
        USER_SLASH_PASSWORD('/');

        private final char mark;

        Value(char mark) {
            this.mark = mark;
        }

        private static @Nullable Value of(char mark) {
            for (Value value : values()) {
                if (value.mark == mark) {
                    return value;
                }
            }
            return null;
        }
    }

    /**
     * @param letters what follows each letter; empty where options of several letters have one dash
     * @param words options or subcommands as a whole, and what their values are
     * @param login whether the letters hold behind the word login alone
     * @param searches whether its arguments are patterns: a name in them announces nothing
     */
    record Program(Map<Character, Value> letters, Map<String, Value> words, boolean login, boolean searches) {}

    /** Names; letters or a hyphen; words. */
    private static final String TABLE = """
            curl|A:b=c:C:d:D:e:E@F:h:H:K:m:o:P:Q:r:t:T:u@U@w:x^X:y:Y:z:|^ --proxy^ --user@ --proxy-user@ --cert@ --proxy-cert@ --cookie=
            wget wget2|a:B:D:e:i:I:l:o:O:P:Q:R:t:T:U:w:X:|^
            http https httpie xh xhs|A:a*o:p:s:|^ --auth*
            mysql mysqldump mysqladmin mysqlimport mysqlshow mysqlcheck mysqlslap mysqlpump mysqlbinlog|e:D:h:p?P:S:u:|
            mariadb mariadb-dump mariadb-admin mariadb-import mariadb-check mariadb-show mariadb-backup|e:D:h:p?P:S:u:|
            mycli|u:h:P:D:p!|--pass!
            redis-cli valkey-cli keydb-cli|a!h:p:u:n:r:i:d:D:s:|AUTH! auth! requirepass! masterauth!
            memtier_benchmark redis-benchmark|a!s:h:p:|
            docker podman nerdctl buildah skopeo crane helm oras regctl|p!u:|--creds@ --src-creds@ --dest-creds@|login
            az oc cf ibmcloud argocd crc singularity apptainer|p!u:|--sas-token! --account-key!|login
            ldapsearch ldapmodify ldapadd ldapdelete ldapwhoami ldapcompare ldapmodrdn ldapexop|w!y:D:H:b:h:p:s:l:z:f:Y:U:X:|
            ldappasswd|w!s!a!y:D:H:h:p:|
            sshpass|p!f:d:e:P:|
            mongo mongosh mongodump mongorestore mongoexport mongoimport mongostat mongotop mongofiles|p!u:h:d:c:o:|^
            smbclient smbget smbcacls smbcquotas rpcclient net nmblookup winexe wmic wmiexec|U%A:W:c:p:I:|--user%
            snmpget snmpwalk snmpset snmpbulkget snmpbulkwalk snmptrap snmpinform snmpgetnext snmptable|A!X!c!u:l:a:x:v:n:e:E:t:r:|
            snmpstatus snmpusm snmpvacm snmpdelta snmpdf snmptest snmptranslate|A!X!c!u:l:a:x:v:n:e:E:t:r:|
            ipmitool|P!k!y!U:H:I:L:f:p:|
            ipmipower ipmiconsole ipmi-sensors ipmi-sel ipmi-chassis ipmi-fru bmc-info bmc-device|p!k!u:h:|
            lftp lftpget open|u,e:p:f:|--user, --password!
            ncftpput ncftpget ncftpls|u:p!P:|
            sqlcmd bcp osql isql tsql fisql|P!U:S:d:Q:i:q:|
            sqlplus sqlldr impdp expdp exp imp rman|-|/
            openssl|-|-k! -K! -iv: pass! passwd:
            7z 7za 7zr 7zz rar unrar|p?|
            zip unzip zipinfo zipcloak|P!|
            plink pscp psftp putty|-|-pw!
            twine|p!u:r:|upload:
            rdesktop|p!u:d:|
            evil-winrm crackmapexec nxc netexec|p!u:H!i:|
            useradd usermod groupadd groupmod|p!g:G:u:s:d:c:|
            ssh-keygen|N!P!f:t:b:C:m:|
            etcdctl|-|--user@
            influx|t!o:|-token! -password!
            vault|-|login! unseal! -token! token-revoke! put= write=
            ngrok|-|authtoken! add-authtoken!
            snyk tailscale|-|auth!
            swaks|-|-ap! -au: --auth-user:
            sendemail sendEmail|-|-xp! -xu:
            nmcli|-|password! psk! 802-11-wireless-security.psk! wifi-sec.psk!
            pdftotext pdfinfo pdftoppm pdfimages|-|-upw! -opw!
            pdftk|-|user_pw! owner_pw! input_pw!
            keytool jarsigner|-|-storepass! -keypass! -new!
            steghide|p!|
            ccrypt ccencrypt ccdecrypt|K!|
            john hydra medusa|p!l:P:|
            iwconfig|-|key! enc!
            wsman winrs|-|-p: -p!
            xfreerdp xfreerdp3 wlfreerdp|-|/p:! /gp:!
            grep egrep fgrep zgrep rg ag ack sed gsed awk gawk mawk nawk find locate jq yq perl|-|||search
            """;

    private static final Map<String, Program> BY_NAME = read();

    private Programs() {}

    private static Map<String, Program> read() {
        Map<String, Program> programs = new HashMap<>();
        TABLE.lines().forEach(line -> {
            String[] parts = line.split("\\|", -1);
            Map<Character, Value> letters = new HashMap<>();
            for (int i = 0; i + 1 < parts[1].length(); i += 2) {
                letters.put(parts[1].charAt(i), Value.of(parts[1].charAt(i + 1)));
            }
            Map<String, Value> words = new HashMap<>();
            for (String word : parts[2].split(" ", -1)) {
                if (!word.isEmpty()) {
                    words.put(word.substring(0, word.length() - 1), Value.of(word.charAt(word.length() - 1)));
                }
            }
            boolean login = parts.length > 3 && parts[3].equals("login");
            boolean searches = parts.length > 4 && parts[4].equals("search");
            Program program = new Program(letters, words, login, searches);
            for (String name : parts[0].split(" ", -1)) {
                programs.put(name, program);
            }
        });
        return programs;
    }

    /** The program of a path or a name; null where it is none of these. */
    static @Nullable Program named(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        if (name.length() > 24) {
            return null;
        }
        Program program = BY_NAME.get(name);
        if (program != null || !name.endsWith(".exe")) {
            return program;
        }
        return BY_NAME.get(name.substring(0, name.length() - 4).toLowerCase(Locale.ROOT));
    }
}
