# Numbers and texts alone: nothing is installed, nothing is sent but requests without content.
$ErrorActionPreference = 'Stop'

# What follows is: what a check finds of hosts. What each cause means is in $meaning, in the program's own words.

# The innermost reason of a failure: its code where it has one, and of which kind it is.
function Get-Fault($problem) {
    if ($null -ne $problem.InnerException) { return Get-Fault $problem.InnerException }
    if ($null -ne $problem.SocketErrorCode) { return @{ kind = 'socket'; text = ('' + $problem.SocketErrorCode) } }
    $kind = 'other'
    if ($problem.GetType().Name -eq 'IOException') { $kind = 'stream' }
    return @{ kind = $kind; text = $problem.Message }
}

# What is found of a host. No cause means that it is open.
function New-Result([string] $kind, [string] $name, [string] $cause, [string] $detail, $seen) {
    if ($cause -eq '') {
        return @{ host = $name; verdict = 'open'; cause = ''; says = ''; sees = ''; wanted = ''; seen = @($seen) }
    }
    $known = $meaning[$kind + ' ' + $cause]
    $says = $known.says.Replace('{detail}', $detail)
    $sees = $known.sees.Replace('{host}', $name)
    return @{ host = $name; verdict = $known.verdict; cause = $cause; says = $says; sees = $sees; wanted = $known.wanted; seen = @($seen) }
}

# Where an address leads: a filter answers with one that leads nowhere, or to a page of its own.
function Get-Reach([string] $address) {
    $text = $address.ToLower()
    if ($text.StartsWith('::ffff:')) { $text = $text.Substring(7) }
    if (@('::', '::1') -contains $text) { return 'nowhere' }
    if (($text -like '*:*') -and (($text -like 'fe8*') -or ($text -like 'ff*'))) { return 'nowhere' }
    if (($text -like '*:*') -and (($text -like 'fc*') -or ($text -like 'fd*'))) { return 'private' }
    if ($text -like '*:*') { return 'public' }
    $parts = $text.Split('.')
    $a = [int] $parts[0]
    $b = [int] $parts[1]
    if ((@(0, 127) -contains $a) -or ($a -ge 224) -or (($a -eq 169) -and ($b -eq 254))) { return 'nowhere' }
    foreach ($example in @('192.0.2.*', '198.51.100.*', '203.0.113.*')) {
        if ($text -like $example) { return 'nowhere' }
    }
    if (($a -eq 10) -or (($a -eq 192) -and ($b -eq 168))) { return 'private' }
    if (($a -eq 172) -and ($b -ge 16) -and ($b -le 31)) { return 'private' }
    if (($a -eq 100) -and ($b -ge 64) -and ($b -le 127)) { return 'private' }
    if (($a -eq 198) -and (@(18, 19) -contains $b)) { return 'private' }
    return 'public'
}

# Why a name has no address, by the number that Windows gives of the answer.
function Find-NameCause([string] $number) {
    if ($number -eq '9003') { return 'no-such-name' }
    if ($number -eq '9501') { return 'no-address' }
    if (@('9001', '9002', '9004') -contains $number) { return 'resolver-fails' }
    if ($number -eq '9005') { return 'resolver-refuses' }
    if ($number -eq '1460') { return 'resolver-silent' }
    return 'name-not-found'
}

# What DNS says of a name: as a browser asks first, and where that finds nothing, DNS alone for the reason.
function Get-Addresses([string] $name) {
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $texts = @()
    $cause = ''
    try {
        $texts = @([System.Net.Dns]::GetHostAddresses($name) | ForEach-Object { $_.IPAddressToString })
    } catch {
        $cause = 'name-not-found'
        try {
            $null = Resolve-DnsName -Name $name -Type 'A' -DnsOnly
        } catch {
            $cause = Find-NameCause ('' + $_.Exception.NativeErrorCode)
        }
    }
    $said = 'nothing'
    if ($texts.Count -gt 0) { $said = $texts -join ', ' }
    $usable = @($texts | Where-Object { (Get-Reach $_) -ne 'nowhere' })
    $private = @($usable | Where-Object { (Get-Reach $_) -eq 'private' })
    $detail = ''
    if (($cause -eq '') -and ($usable.Count -eq 0)) {
        $cause = 'sinkhole'
        $detail = '' + $texts[0]
    }
    # The first by IP version 4: the relays have no other, and every desk has that.
    $first = @($usable | Where-Object { $_ -notlike '*:*' }) + $usable
    return @{
        address = $first[0]
        cause = $cause
        detail = $detail
        private = (($usable.Count -gt 0) -and ($private.Count -eq $usable.Count))
        seen = ('DNS of this system: ' + $said + ' (' + [int] $watch.Elapsed.TotalMilliseconds + ' ms)')
    }
}

# What the failure of a connection means.
function Find-ConnectionCause([string] $code) {
    if (@('ConnectionRefused', 'ConnectionReset') -contains $code) { return 'refused' }
    if ($code -eq 'TimedOut') { return 'dropped' }
    return 'unreachable'
}

# The answer up to its first empty line. What does not begin like one of HTTP is none.
function Read-Head($stream) {
    $text = ''
    foreach ($i in (@(0) * 16384)) {
        $byte = $stream.ReadByte()
        if ($byte -lt 0) { break }
        $text += [char] $byte
        if ($text.EndsWith("`r`n`r`n")) { break }
    }
    return $text
}

# Sends a text, and gives the head of the answer.
function Send-Text($stream, [string] $text) {
    $bytes = [System.Text.Encoding]::ASCII.GetBytes($text)
    $stream.Write($bytes, 0, $bytes.Length)
    $stream.Flush()
    return Read-Head $stream
}

# The status of an answer; nothing of what is none.
function Get-Status([string] $head) {
    if (-not $head.StartsWith('HTTP/')) { return '' }
    return $head.Split(' ')[1]
}

# The values of a header.
function Get-Header([string] $head, [string] $name) {
    $values = @()
    foreach ($text in $head.Split("`n")) {
        if ($text -like ($name + ': *')) { $values += $text.Substring($name.Length + 2).Trim() }
    }
    return $values
}

# The proxy that this system has for a host, by its script if it has one, or nothing.
function Get-Proxy([string] $name) {
    $address = [System.Uri] ('https://' + $name + '/')
    $proxy = [System.Net.WebRequest]::GetSystemWebProxy().GetProxy($address)
    if (($null -eq $proxy) -or ($proxy.Host -eq $name)) { return $null }
    return $proxy
}

# What a proxy's answer to a request for a way means.
function Find-ProxyCause([string] $status) {
    if ($status -eq '200') { return '' }
    if ($status -eq '') { return 'proxy-garbled' }
    if ($status -eq '407') { return 'proxy-sign-in' }
    if ($status -eq '403') { return 'proxy-forbids' }
    return 'proxy-fails'
}

# A connection to a host within six seconds, through the proxy if there is one, or why there is none.
function Connect-Host([string] $name, [int] $port, $proxy, $address) {
    $to = $address
    $at = $port
    if ($null -ne $proxy) {
        $to = @([System.Net.Dns]::GetHostAddresses($proxy.Host))[0].IPAddressToString
        $at = $proxy.Port
    }
    $place = [System.Net.IPAddress]::Parse($to)
    $client = New-Object System.Net.Sockets.TcpClient($place.AddressFamily)
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $cause = ''
    $detail = ''
    try {
        $asked = $client.BeginConnect($place, $at, $null, $null)
        if ($asked.AsyncWaitHandle.WaitOne(6000)) {
            $client.EndConnect($asked)
        } else {
            $cause = 'dropped'
        }
    } catch {
        $cause = Find-ConnectionCause (Get-Fault $_.Exception).text
    }
    $taken = $watch.Elapsed.TotalMilliseconds
    if (($cause -ne '') -and ($null -ne $proxy)) { $cause = 'proxy-unreachable' }
    if (($cause -eq '') -and ($null -ne $proxy)) {
        try {
            $client.ReceiveTimeout = 6000
            $client.SendTimeout = 6000
            $line = 'CONNECT ' + $name + ':' + $port + ' HTTP/1.1' + "`r`n" + 'Host: ' + $name + ':' + $port + "`r`n`r`n"
            $head = Send-Text ($client.GetStream()) $line
            $status = Get-Status $head
            $cause = Find-ProxyCause $status
            $detail = $status
            if ($status -eq '407') { $detail = (Get-Header $head 'Proxy-Authenticate') -join ', ' }
        } catch {
            $cause = 'proxy-unreachable'
        }
    }
    if ($cause -ne '') {
        $client.Close()
        return @{ client = $null; cause = $cause; detail = $detail; taken = $taken }
    }
    $client.ReceiveTimeout = 6000
    $client.SendTimeout = 6000
    return @{ client = $client; cause = ''; detail = ''; taken = $taken }
}

# A handshake under a name. With $blind every certificate is taken: then it is read, and nothing is sent.
function Open-Tls($client, [string] $name, $blind) {
    # What older Windows would offer by itself is older than what AWS takes.
    $protocol = [System.Security.Authentication.SslProtocols]::Tls12
    $stream = $client.GetStream()
    if ($blind) {
        $anyone = [System.Net.Security.RemoteCertificateValidationCallback] { $true }
        $tls = New-Object System.Net.Security.SslStream($stream, $false, $anyone)
    } else {
        $tls = New-Object System.Net.Security.SslStream($stream, $false)
    }
    $tls.AuthenticateAsClient($name, $null, $protocol, $false)
    return $tls
}

# Why a handshake does not come to its end, after which a second one with another name is the control.
function Find-HandshakeCause([string] $kind, [string] $code, $control) {
    if (($kind -eq 'socket') -and ($code -eq 'TimedOut')) { return 'silent-in-handshake' }
    if (@('socket', 'stream') -notcontains $kind) { return 'alert' }
    if ($control) { return 'reset-at-name' }
    return 'reset-in-handshake'
}

# Why a certificate is not taken. Times are seconds since 1970; what the system says of the chain is in $states.
function Find-CertificateCause($trusted, $known, $states, $now, $from, $until, $ahead) {
    if ($trusted -and $known) { return '' }
    if ($trusted) { return 'other-issuer' }
    if (($now -gt $until) -or ($now -lt $from)) {
        if ($null -ne $ahead) {
            $there = $now - $ahead
            $is_off = ($ahead -gt 300) -or ($ahead -lt (0 - 300))
            if ($is_off -and ($there -ge $from) -and ($there -le $until)) { return 'clock-wrong' }
        }
        if ($now -gt $until) { return 'expired' }
        return 'not-yet-valid'
    }
    foreach ($state in @($states)) {
        if (@('UntrustedRoot', 'PartialChain') -contains $state) { return 'foreign-authority' }
    }
    if (@($states).Count -eq 0) { return 'other-name' }
    return 'bad-certificate'
}

# How far a clock is off, in words.
function Get-Off($ahead) {
    $direction = 'ahead'
    $seconds = $ahead
    if ($ahead -lt 0) {
        $direction = 'behind'
        $seconds = 0 - $ahead
    }
    return ('' + [int] [System.Math]::Floor($seconds / 60) + ' minutes ' + $direction)
}

# What the answer to a request for a WebSocket means, beside that to the same request without it.
function Find-WebSocketCause([string] $status, $proven, [string] $plain) {
    if ($proven) { return '' }
    if (@('101', '426') -contains $status) { return 'web-socket-stripped' }
    if (($plain -ne '') -and ($plain -ne $status)) { return '' }
    return 'web-socket-unproven'
}

# Asks a host for something over a connection of its own, and gives the head of the answer.
function Send-Request([string] $name, [int] $port, $proxy, $address, [string] $headers) {
    $way = Connect-Host $name $port $proxy $address
    if ($null -eq $way.client) { return '' }
    try {
        $tls = Open-Tls $way.client $name $false
        $head = Send-Text $tls ('GET / HTTP/1.1' + "`r`n" + 'Host: ' + $name + "`r`n" + $headers + "`r`n")
    } catch {
        $head = ''
    }
    $way.client.Close()
    return $head
}

# Whether a WebSocket passes: a proxy that lets HTTPS through may strip the request for one (RFC 6455).
function Test-WebSocket([string] $name, [int] $port, $proxy, $address) {
    $nonce = New-Object byte[] 16
    (New-Object System.Random).NextBytes($nonce)
    $key = [System.Convert]::ToBase64String($nonce)
    $headers = 'Connection: Upgrade' + "`r`n" + 'Upgrade: websocket' + "`r`n" + 'Sec-WebSocket-Version: 13' + "`r`n"
    $head = Send-Request $name $port $proxy $address ($headers + 'Sec-WebSocket-Key: ' + $key + "`r`n")
    $status = Get-Status $head
    if ($status -eq '') { return @{ cause = 'no-answer'; detail = ''; seen = 'no answer to the request for a WebSocket' } }
    $text = [System.Text.Encoding]::ASCII.GetBytes($key + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
    $proof = [System.Convert]::ToBase64String([System.Security.Cryptography.SHA1]::Create().ComputeHash($text))
    $proven = ($status -eq '101') -and ((Get-Header $head 'Sec-WebSocket-Accept') -contains $proof)
    $plain = ''
    if ((-not $proven) -and (@('101', '426') -notcontains $status)) {
        $plain = Get-Status (Send-Request $name $port $proxy $address ('Connection: close' + "`r`n"))
    }
    return @{ cause = (Find-WebSocketCause $status $proven $plain); detail = $status; seen = ('WebSocket: ' + $status) }
}

# What a certificate says, and whether this system trusts its chain.
function Read-Certificate($tls) {
    $own = New-Object System.Security.Cryptography.X509Certificates.X509Certificate2($tls.RemoteCertificate)
    $chain = New-Object System.Security.Cryptography.X509Certificates.X509Chain
    $chain.ChainPolicy.RevocationMode = [System.Security.Cryptography.X509Certificates.X509RevocationMode]::NoCheck
    $null = $chain.Build($own)
    $states = @($chain.ChainStatus | ForEach-Object { '' + $_.Status } | Where-Object { $_ -ne 'NoError' })
    $subjects = @($chain.ChainElements | ForEach-Object { $_.Certificate.Subject })
    return @{
        own = $own
        states = $states
        seen = ('issued by ' + $own.Issuer + '; until ' + $own.NotAfter.ToUniversalTime().ToString('u') + '; chain: ' + ($subjects -join ' < '))
    }
}

# Tries a host with TLS, and with a WebSocket where the row says so.
function Test-Web([string] $name, [int] $port, $issuers, $socket) {
    $seen = @()
    $proxy = Get-Proxy $name
    $dns = @{ address = $null; private = $false }
    if ($null -eq $proxy) {
        $dns = Get-Addresses $name
        $seen += $dns.seen
        if ($dns.cause -ne '') { return New-Result 'web' $name $dns.cause $dns.detail $seen }
    } else {
        $seen += ('by the proxy ' + $proxy.Host + ':' + $proxy.Port)
    }
    $way = Connect-Host $name $port $proxy $dns.address
    $seen += ('connection: ' + [int] $way.taken + ' ms')
    if ($null -eq $way.client) {
        # A private address may be an endpoint of the company's own; where the host is not behind it, it is a filter's answer.
        if ($dns.private) { return New-Result 'web' $name 'sinkhole' $dns.address $seen }
        return New-Result 'web' $name $way.cause $way.detail $seen
    }
    $watch = [System.Diagnostics.Stopwatch]::StartNew()
    $trusted = $true
    $distrust = ''
    $tls = $null
    try {
        $tls = Open-Tls $way.client $name $false
    } catch {
        $trusted = $false
        $way.client.Close()
    }
    # Where the system does not take the certificate, a second connection reads by whom it is.
    if (-not $trusted) {
        $way = Connect-Host $name $port $proxy $dns.address
        if ($null -eq $way.client) { return New-Result 'web' $name $way.cause $way.detail $seen }
        try {
            $tls = Open-Tls $way.client $name $true
        } catch {
            $fault = Get-Fault $_.Exception
            $way.client.Close()
            $control = $false
            $other = Connect-Host $name $port $proxy $dns.address
            if ($null -ne $other.client) {
                try {
                    $null = Open-Tls $other.client 'example.com' $true
                    $control = $true
                } catch {
                    $seen += ('with another name: ' + (Get-Fault $_.Exception).text)
                }
                $other.client.Close()
            }
            return New-Result 'web' $name (Find-HandshakeCause $fault.kind $fault.text $control) $fault.text $seen
        }
    }
    $taken = $way.taken + $watch.Elapsed.TotalMilliseconds
    $certificate = Read-Certificate $tls
    $own = $certificate.own
    $seen += $certificate.seen
    $head = ''
    try {
        $head = Send-Text $tls ('HEAD / HTTP/1.1' + "`r`n" + 'Host: ' + $name + "`r`n" + 'Connection: close' + "`r`n`r`n")
    } catch {
        $seen += 'no answer to a request'
    }
    $way.client.Close()
    $ahead = $null
    foreach ($date in @(Get-Header $head 'Date')) {
        $there = [System.DateTimeOffset]::Parse($date, [System.Globalization.CultureInfo]::InvariantCulture)
        $ahead = [int] ([System.DateTimeOffset]::UtcNow - $there).TotalSeconds
        $seen += ('this clock is ahead by ' + $ahead + ' s')
    }
    foreach ($via in @(Get-Header $head 'Via')) { $seen += ('via ' + $via) }
    $known = (@($issuers).Count -eq 0) -or (@($issuers | Where-Object { $own.Issuer -like ('*' + $_ + '*') }).Count -gt 0)
    $since = New-Object System.DateTimeOffset($own.NotBefore)
    $until = New-Object System.DateTimeOffset($own.NotAfter)
    $now = [System.DateTimeOffset]::UtcNow.ToUnixTimeSeconds()
    $cause = Find-CertificateCause $trusted $known $certificate.states $now $since.ToUnixTimeSeconds() $until.ToUnixTimeSeconds() $ahead
    $detail = $own.Issuer
    if ($cause -eq 'expired') { $detail = $own.NotAfter.ToUniversalTime().ToString('u') }
    if ($cause -eq 'not-yet-valid') { $detail = $own.NotBefore.ToUniversalTime().ToString('u') }
    if ($cause -eq 'clock-wrong') { $detail = Get-Off $ahead }
    if ($cause -eq 'bad-certificate') { $detail = $certificate.states -join ', ' }
    if (($cause -eq '') -and ((Get-Status $head) -eq '')) { $cause = 'no-answer' }
    if (($cause -eq '') -and $socket) {
        $wish = Test-WebSocket $name $port $proxy $dns.address
        $seen += $wish.seen
        $cause = $wish.cause
        $detail = $wish.detail
    }
    if (($cause -eq '') -and ($taken -gt 2000)) {
        $cause = 'late'
        $detail = '' + [int] $taken
    }
    $result = New-Result 'web' $name $cause $detail $seen
    if ($trusted -and ($null -ne $ahead)) { $result.ahead = $ahead }
    return $result
}

# A Binding request of STUN (RFC 8489). By its identifier an answer is known.
function New-Request($random) {
    $id = New-Object byte[] 12
    $random.NextBytes($id)
    return @{ id = [System.BitConverter]::ToString($id); bytes = [byte[]] (@(0, 1, 0, 0, 33, 18, 164, 66) + $id) }
}

# The identifier of an answer that is there; nothing of what is none. That the host refuses it is an exception.
function Read-Answer($client) {
    $from = New-Object System.Net.IPEndPoint([System.Net.IPAddress]::Any, 0)
    $bytes = $client.Receive([ref] $from)
    if (($bytes.Length -lt 20) -or ($bytes[0] -ne 1) -or (@(1, 17) -notcontains $bytes[1])) { return '' }
    return [System.BitConverter]::ToString($bytes, 8, 12)
}

# Whether something arrives within so many milliseconds.
function Wait-Packet($client, $millis) {
    return $client.Client.Poll([int] ($millis * 1000), [System.Net.Sockets.SelectMode]::SelectRead)
}

# Sends one request again and again, after 0.5 s, then twice as long each time (RFC 8489, 6.2.1), until its answer comes.
function Send-First($client, $random) {
    $request = New-Request $random
    $sent = 0
    foreach ($pause in @(500, 1000, 2000, 4000, 8000, 16000, 8000)) {
        $null = $client.Send($request.bytes, $request.bytes.Length)
        $sent += 1
        $watch = [System.Diagnostics.Stopwatch]::StartNew()
        foreach ($i in (@(0) * 1000)) {
            $left = $pause - $watch.Elapsed.TotalMilliseconds
            if ($left -le 0) { break }
            if ((Wait-Packet $client $left) -and ((Read-Answer $client) -eq $request.id)) { return @{ sent = $sent; answered = $true } }
        }
    }
    return @{ sent = $sent; answered = $false }
}

# Takes what arrives until this moment of the clock, and keeps how long each answer took. With $all it ends with the last answer.
function Read-Series($client, $clock, $under_way, $times, $until, $all) {
    foreach ($i in (@(0) * 1000)) {
        if ($all -and ($under_way.Count -eq 0)) { return }
        $left = $until - $clock.Elapsed.TotalMilliseconds
        if ($left -le 0) { return }
        if (-not (Wait-Packet $client $left)) { return }
        $id = ''
        try {
            $id = Read-Answer $client
        } catch {
            # The host has refused an earlier one: that one is lost.
            $id = ''
        }
        if ($under_way.ContainsKey($id)) {
            $null = $times.Add($clock.Elapsed.TotalMilliseconds - $under_way[$id])
            $under_way.Remove($id)
        }
    }
}

# The jitter of RFC 3550, 6.4.1, of round trips in the order of their answers.
function Get-Jitter($times) {
    $jitter = 0
    $before = $null
    foreach ($time in $times) {
        if ($null -ne $before) { $jitter += ([System.Math]::Abs($time - $before) - $jitter) / 16 }
        $before = $time
    }
    return $jitter
}

# What a series says: more than 1 per cent lost, 30 ms of jitter, or a round trip of 300 ms.
function Find-MediaCause($sent, $answered, $jitter, $middle) {
    if (($sent - $answered) * 100 -gt $sent) { return 'lossy' }
    if ($jitter -gt 30) { return 'jitter' }
    if ($middle -gt 300) { return 'late' }
    return ''
}

# A media relay: one request until its answer comes, then fifty, one each 20 ms. One that is silent is unknown: it need not answer.
function Test-Media([string] $name, [int] $port) {
    $dns = Get-Addresses $name
    $seen = @($dns.seen)
    if ($dns.cause -ne '') { return New-Result 'media' $name $dns.cause $dns.detail $seen }
    $place = [System.Net.IPAddress]::Parse($dns.address)
    $client = New-Object System.Net.Sockets.UdpClient($place.AddressFamily)
    $random = New-Object System.Random
    $under_way = @{}
    $times = New-Object System.Collections.ArrayList
    $sent = 0
    $cause = ''
    $detail = ''
    try {
        $client.Connect($place, $port)
        $first = Send-First $client $random
        if ($first.answered) {
            $clock = [System.Diagnostics.Stopwatch]::StartNew()
            foreach ($i in (@(0) * 50)) {
                $request = New-Request $random
                $under_way[$request.id] = $clock.Elapsed.TotalMilliseconds
                $null = $client.Send($request.bytes, $request.bytes.Length)
                $sent += 1
                Read-Series $client $clock $under_way $times ($sent * 20) $false
            }
            Read-Series $client $clock $under_way $times ($sent * 20 + 1000) $true
        } else {
            $cause = 'silent'
            $seen += ('no answer to ' + $first.sent + ' requests')
        }
    } catch {
        $fault = Get-Fault $_.Exception
        $cause = Find-ConnectionCause $fault.text
        $seen += $fault.text
    }
    $client.Close()
    if (($cause -ne '') -and ($cause -ne 'silent') -and $dns.private) {
        $cause = 'sinkhole'
        $detail = $dns.address
    }
    $result = New-Result 'media' $name $cause $detail $seen
    if (($cause -eq '') -and ($times.Count -eq 0)) {
        $result = New-Result 'media' $name 'lossy' '100' $seen
    } elseif ($cause -eq '') {
        $sorted = @($times | Sort-Object)
        $middle = $sorted[[int] [System.Math]::Floor($sorted.Count / 2)]
        $jitter = Get-Jitter $times
        $seen += ('' + $times.Count + ' of ' + $sent + ' packets came back, round trip ' + [int] $middle + ' ms (' + [int] $sorted[0] + ' to ' + [int] $sorted[$sorted.Count - 1] + '), jitter ' + [int] $jitter + ' ms')
        $cause = Find-MediaCause $sent $times.Count $jitter $middle
        if ($cause -eq 'lossy') { $detail = '' + [int] (($sent - $times.Count) * 100 / $sent) }
        if ($cause -eq 'jitter') { $detail = '' + [int] $jitter }
        if ($cause -eq 'late') { $detail = '' + [int] $middle }
        $result = New-Result 'media' $name $cause $detail $seen
    }
    $result.sent = $sent
    $result.answered = $times.Count
    return $result
}

# The host that decides of a row: the worst one. One of a wildcard that is gone says nothing beside one that is there.
function Find-Worst($results, $wildcard) {
    $order = @{ open = 0; unknown = 1; slow = 2; intercepted = 3; blocked = 4 }
    $worst = $null
    foreach ($result in $results) {
        $counts = (-not $wildcard) -or ($result.cause -ne 'no-such-name')
        if ($counts -and (($null -eq $worst) -or ($order[$result.verdict] -gt $order[$worst.verdict]))) { $worst = $result }
    }
    if (($null -eq $worst) -and ($results.Count -gt 0)) { return $results[0] }
    return $worst
}

# Tries one row of the allow-list, and says what was found.
function Test-Row([string] $kind, [string] $name, [string] $ports, [string] $purpose, $hosts, [int] $port, $issuers) {
    $results = @()
    foreach ($one in @($hosts)) {
        if ($kind -eq 'web') { $results += Test-Web $one $port $issuers $false }
        if ($kind -eq 'socket') { $results += Test-Web $one $port $issuers $true }
        if ($kind -eq 'media') { $results += Test-Media $one $port }
    }
    $worst = Find-Worst $results $name.Contains('*')
    if ($null -eq $worst) {
        $cause = 'no-member'
        if ($kind -eq 'none') { $cause = 'not-tried' }
        $worst = New-Result 'web' $name $cause '' @()
        $worst.sees = ''
    }
    Write-Host ($worst.verdict.PadRight(12) + $name + ' ' + $ports + ': ' + $purpose)
    if ($results.Count -eq 0) { Write-Host ('            ' + $worst.says) }
    foreach ($result in $results) {
        $found = @($result.seen)
        if ($result.says -ne '') { $found = @($result.says) + $found }
        Write-Host ('            ' + $result.host + ' (' + $result.verdict + '): ' + ($found -join '; '))
        if ($result.sees -ne '') { Write-Host ('            an agent sees: ' + $result.sees) }
    }
    if ($worst.verdict -ne 'open') { Write-Host ('            for the network team: outbound ' + $name + ' ' + $ports + ': ' + $worst.wanted) }
    return @{ verdict = $worst.verdict; cause = $worst.cause; name = $name; ports = $ports; purpose = $purpose; wanted = $worst.wanted; hosts = $results }
}
