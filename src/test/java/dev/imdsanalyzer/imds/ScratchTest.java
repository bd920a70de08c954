package dev.imdsanalyzer.imds;

import org.junit.jupiter.api.Test;

class ScratchTest {
    @Test
    void printAll() {
        UserAgentProducts products = new UserAgentProducts(SdkMinimums.load());
        for (String ua : UAS.strip().split("\n")) {
            UserAgent found = products.of(ua);
            String caller = null;
            System.out.println("UA " + found.name() + " | " + found.version() + " | " + found.olderThan() + " | " + (found.sdk() == null ? "-" : found.sdk()) + " | " + ua);
        }
    }

    static final String UAS = """
Boto/2.49.0 Python/2.7.18 Linux/4.14.336
aws-sdk-go-v2/1.17.1 os/linux lang/go/1.19 md/GOOS/linux md/GOARCH/amd64 ft/ec2-imds
aws-sdk-go-v2/unknown ua/2.1 os/linux lang/go#1.22 md/GOOS#linux md/GOARCH#arm64 ft/ec2-imds
m/F aws-sdk-go-v2/1.36.3 ua/2.1 os/linux lang/go#1.24.1 md/GOOS#linux md/GOARCH#amd64 api/ec2imds#1.16.30
aws-sdk-nodejs/2.1.0 linux/v12.22.1 callback
aws-sdk-kotlin/1.0.0 ua/2.0 api/imds#1.0.0 os/linux lang/kotlin#1.9.10
aws-sdk-swift/1.0.0 ua/2.1
aws-sdk-rust/1.3.7 os/linux lang/rust/1.81.0
aws-sdk-java/1.11.600-SNAPSHOT Linux/4.14
aws-sdk-java/2.20.0-PREVIEW Linux/4.14
aws-cli/1.18.69 Python/3.8.10 Linux/5.4.0-1045-aws botocore/1.16.19
aws-cli/2.15.30 Python/3.11.8 Linux/6.1.79 exe/x86_64.amzn.2023 prompt/off command/sts.get-caller-identity
Botocore/1.34.46+dfsg Python/3.12.3 Linux/6.8.0
Botocore/1.12.103+repack Python/3.7.3 Linux/4.19
Boto3/1.34.46+dfsg md/Botocore#1.34.46+dfsg ua/2.0 os/linux#6.8.0-1009-aws md/arch#x86_64 lang/python#3.12.3 md/pyimpl#CPython cfg/retry-mode#legacy Botocore/1.34.46+dfsg
Boto3/1.26.27 md/Botocore#1.29.27 ua/2.0 os/linux lang/python#3.11
S3Transfer Botocore/1.5.0
python-requests/2.31.0
python-httpx/0.24.1
Python-urllib/2.7
Python-urllib/3.11
Python/3.9 aiohttp/3.8.4
PycURL/7.43.0.1 libcurl/7.47.0 OpenSSL/1.0.2g zlib/1.2.8
urllib3/2.0.4
Ruby
Ruby/3.1.2 Faraday v2.7
HTTParty/0.21
http.rb/5.1.1
excon/0.99.0
Typhoeus - https://github.com/typhoeus/typhoeus
axios/1.4.0
got (https://github.com/sindresorhus/got)
undici
node
node-superagent/3.8.3
Deno/1.30.0
Bun/1.0.3
reqwest/0.11.18
libcurl-agent/1.0
Wget/1.20.3 (linux-gnu)
Vault/1.13.1 (+https://www.vaultproject.io/; go1.20.1)
HashiCorp Terraform/1.5.0 (+https://www.terraform.io)
Prometheus/2.45.0
Telegraf/1.27.1 Go/1.20.5
aws-fluent-bit-plugin/1.9
Elastic-Metricbeat/8.7.0 (linux; amd64; a1b2; 2023-03-23 10:00:00 +0000 UTC)
datadog-agent/7.45.0
Datadog Agent/7.45.0
NewRelic-InfrastructureAgent/1.42
Apache-HttpAsyncClient/4.1.4 (Java/11.0.19)
Jersey/2.34 (HttpUrlConnection 11.0.19)
Jetty/9.4.51
ReactorNetty/1.1.8
AHC/2.1
akka-http/10.2.10
okhttp/4.9.3
Java/11.0.19
Java-http-client/21.0.1
kube-probe/1.27
kubelet/v1.27.3 (linux/amd64) kubernetes/25b4e43
AmazonCloudWatchAgent/1.247358.0 (go1.20.3; linux; amd64) ID/abc
amazon-ssm-agent/3.2.582.0
aws-sdk-go/1.44.260 (go1.20.3; linux; amd64) amazon-ssm-agent/
Puppet/7.24.0 Ruby/2.7.8-p225 (x86_64-linux)
Chef Client/17.10.0 (ruby-3.0.4-p208; ohai-17.9.0; x86_64-linux; +https://chef.io)
ansible-httpget
cloudbase-init/1.1.4
Ignition/2.14.0
GuzzleHttp/7
Symfony HttpClient/Curl
Mozilla/5.0 (Windows NT; Windows NT 10.0; de-DE) WindowsPowerShell/5.1.14393.5582
Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/110.0.5481.77 Safari/537.36
Mozilla/5.0 (compatible; Nmap Scripting Engine; https://nmap.org/book/nse.html)
Lua-resty-http/0.16 (Lua) ngx_lua/10020
lua-resty-http/0.14 (Lua) ngx_lua/10019
HTTPie/3.2.1
PostmanRuntime/7.32.3
libwww-perl/6.67
HTTP-Tiny/0.070
Paws/0.44 perl/5.26.1 linux
LWP::Simple/6.00 libwww-perl/6.05
kiam/v3.6 aws-sdk-go/1.23.15 (go1.13; linux; amd64)
kube2iam/0.11.1
k8s.io/client-go aws-sdk-go/1.43.28 (go1.19; linux; amd64) cluster-autoscaler/1.24
karpenter.sh/v0.27 aws-sdk-go/1.44
rclone/v1.62.2
restic/0.15 minio-go/v7.0.47
MinIO (linux; amd64) minio-go/v7.0.52 MinIO
s3fs/1.91 (commit hash unknown; OpenSSL)
S3fs/1.86
Hadoop 3.3.3-amzn-2, aws-sdk-java/1.12.331 Linux/5.10 OpenJDK_64-Bit_Server_VM/25.362 java/1.8.0_362 vendor/Red_Hat,_Inc. cfg/retry-mode/legacy
APN/1.1 (AMZN) aws-sdk-java/2.17.85
ElasticMapReduce/1.0.0 emrfs/s3a, aws-sdk-java/1.11.852
aws-sdk-dotnet-coreclr/3.7.5.8 aws-sdk-dotnet-core/3.7.12.9 .NET_Core/6.0.9 OS/Linux
aws-sdk-dotnet-45/2.0.0.0
AWSPowerShell.NetCore/4.1.2.0 .NET_Core/6.0
AWSPowerShell/3.3.563.0 .NET_Runtime/4.0
aws-sdk-php/3.19.7 GuzzleHttp/6.2.1 curl/7.38 PHP/5.6
aws-sdk-php2/2.8.31 Guzzle/3.9.3
aws-sdk-php/unknown
aws-sdk-ruby/1.67.0 ruby/2.1.0
aws-sdk-ruby2/2.11.632 ruby/2.6
aws-sdk-ruby3/3.170.0 ua/2.0 os/linux md/x86_64 lang/ruby#3.1.2 md/3.1.2 api/sts#3.170.0
aws-sdk-cpp/1.9.200 Linux/5.4 x86_64 GCC/7.5
aws-sdk-crt/aws-imds-client
aws-sdk-ios/2.0
  curl/8.0.1
curl
-
""";
}
