# Numbers and texts alone: nothing is installed, nothing is sent but requests without content.
$ErrorActionPreference = 'Stop'

# The innermost reason of a failure, by its code where it has one.
function Get-Reason($problem) {
    if ($null -ne $problem.InnerException) { return Get-Reason $problem.InnerException }
    if ($null -ne $problem.SocketErrorCode) { return ('' + $problem.SocketErrorCode) }
    return $problem.Message
}

# What DNS says of a name.
function Get-Addresses([string] $name) {
    try {
        $found = [System.Net.Dns]::GetHostAddresses($name)
        $texts = @($found | ForEach-Object { $_.IPAddressToString })
        return @{ addresses = $texts; problem = '' }
    } catch {
        return @{ addresses = @(); problem = (Get-Reason $_.Exception) }
    }
}

# The answer up to its first empty line.
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

# The proxy that this system has for a host, or nothing.
function Get-Proxy([string] $name) {
    $address = [System.Uri] ('https://' + $name + '/')
    $proxy = [System.Net.WebRequest]::GetSystemWebProxy().GetProxy($address)
    if (($null -eq $proxy) -or ($proxy.Host -eq $name)) { return $null }
    return $proxy
}

# A connection to a host within six seconds, through the proxy if there is one, or what is in the way.
function Connect-Host([string] $name, [int] $port, $proxy) {
    $client = New-Object System.Net.Sockets.TcpClient
    $to = $name
    $at = $port
    if ($null -ne $proxy) {
        $to = $proxy.Host
        $at = $proxy.Port
    }
    try {
        $asked = $client.BeginConnect($to, $at, $null, $null)
        if (-not $asked.AsyncWaitHandle.WaitOne(6000)) { throw 'dropped: no connection in time' }
        $client.EndConnect($asked)
        $client.ReceiveTimeout = 6000
        $client.SendTimeout = 6000
        if ($null -ne $proxy) {
            $line = 'CONNECT ' + $name + ':' + $port + ' HTTP/1.1' + "`r`n" + 'Host: ' + $name + ':' + $port + "`r`n`r`n"
            $head = Send-Text ($client.GetStream()) $line
            $status = ('' + $head).Split(' ')[1]
            if ($status -ne '200') { throw ('the proxy ' + $to + ' answers ' + $status) }
        }
        return @{ client = $client; problem = '' }
    } catch {
        $client.Close()
        return @{ client = $null; problem = (Get-Reason $_.Exception) }
    }
}

# Tries a host with TLS. Where the system does not trust its certificate, a second connection reads by whom it is.
function Test-Web([string] $name, [int] $port, $issuers) {
    $proxy = Get-Proxy $name
    $evidence = @()
    if ($null -eq $proxy) {
        $dns = Get-Addresses $name
        if ($dns.problem -ne '') { return @{ verdict = 'blocked'; found = ('DNS: ' + $dns.problem) } }
        $evidence += ('DNS: ' + ($dns.addresses -join ', '))
        $nowhere = @($dns.addresses | Where-Object { @('0.0.0.0', '127.0.0.1', '::', '::1') -contains $_ })
        if ($nowhere.Count -gt 0) { return @{ verdict = 'blocked'; found = ('a filter answers: ' + ($nowhere -join ', ')) } }
    } else {
        $evidence += ('by the proxy ' + $proxy.Host)
    }
    $way = Connect-Host $name $port $proxy
    if ($null -eq $way.client) { return @{ verdict = 'blocked'; found = ((@($evidence) + @($way.problem)) -join '; ') } }
    $distrust = ''
    # What older Windows would offer by itself is older than what AWS takes.
    $protocol = [System.Security.Authentication.SslProtocols]::Tls12
    $tls = New-Object System.Net.Security.SslStream($way.client.GetStream(), $false)
    try {
        $tls.AuthenticateAsClient($name, $null, $protocol, $false)
    } catch {
        $distrust = Get-Reason $_.Exception
        $way.client.Close()
        $way = Connect-Host $name $port $proxy
        if ($null -eq $way.client) { return @{ verdict = 'blocked'; found = $distrust } }
        $anyone = [System.Net.Security.RemoteCertificateValidationCallback] { $true }
        $tls = New-Object System.Net.Security.SslStream($way.client.GetStream(), $false, $anyone)
        try {
            $tls.AuthenticateAsClient($name, $null, $protocol, $false)
        } catch {
            $way.client.Close()
            return @{ verdict = 'blocked'; found = ('cut in the TLS handshake: ' + $distrust) }
        }
    }
    $own = New-Object System.Security.Cryptography.X509Certificates.X509Certificate2($tls.RemoteCertificate)
    $evidence += ('issued by ' + $own.Issuer)
    $evidence += ('until ' + $own.NotAfter.ToUniversalTime().ToString('u'))
    $head = ''
    try {
        $line = 'HEAD / HTTP/1.1' + "`r`n" + 'Host: ' + $name + "`r`n" + 'Connection: close' + "`r`n`r`n"
        $head = Send-Text $tls $line
    } catch {
        $evidence += 'no answer to a request'
    }
    $way.client.Close()
    foreach ($text in $head.Split("`n")) {
        if ($text -like 'Date: *') {
            $there = [System.DateTimeOffset]::Parse($text.Substring(6).Trim(), [System.Globalization.CultureInfo]::InvariantCulture)
            $off = [int] ([System.DateTimeOffset]::UtcNow - $there).TotalSeconds
            $evidence += ('this clock is ahead by ' + $off + ' s')
        }
    }
    $known = @($issuers | Where-Object { $own.Issuer -like ('*' + $_ + '*') })
    $verdict = 'open'
    if ((@($issuers).Count -gt 0) -and ($known.Count -eq 0)) {
        $verdict = 'intercepted'
    } elseif ($distrust -ne '') {
        $verdict = 'intercepted'
        if (($own.NotAfter -lt [System.DateTime]::Now) -or ($own.NotBefore -gt [System.DateTime]::Now)) { $verdict = 'blocked' }
        $evidence += $distrust
    }
    return @{ verdict = $verdict; found = ($evidence -join '; ') }
}

# Fifty STUN Binding requests to a media relay. One that is silent is unknown: it need not answer.
function Test-Media([string] $name, [int] $port) {
    $dns = Get-Addresses $name
    if ($dns.problem -ne '') { return @{ verdict = 'blocked'; found = ('DNS: ' + $dns.problem) } }
    $client = New-Object System.Net.Sockets.UdpClient
    $random = New-Object System.Random
    $times = @()
    $sent = 0
    $problem = ''
    try {
        $client.Client.ReceiveTimeout = 500
        $client.Connect($name, $port)
        foreach ($i in (@(0) * 50)) {
            # The fifth without any answer is the last.
            if (($sent -ge 5) -and ($times.Count -eq 0)) { break }
            $id = New-Object byte[] 12
            $random.NextBytes($id)
            $message = [byte[]] (@(0, 1, 0, 0, 33, 18, 164, 66) + $id)
            $from = New-Object System.Net.IPEndPoint([System.Net.IPAddress]::Any, 0)
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $null = $client.Send($message, $message.Length)
            $sent += 1
            try {
                $null = $client.Receive([ref] $from)
                $times += $watch.Elapsed.TotalMilliseconds
            } catch {
                $problem = Get-Reason $_.Exception
            }
        }
    } catch {
        $problem = Get-Reason $_.Exception
    }
    $client.Close()
    $found = 'DNS: ' + ($dns.addresses -join ', ') + '; ' + $times.Count + ' of ' + $sent + ' packets came back'
    if ($times.Count -eq 0) {
        $verdict = 'unknown'
        if ($problem -eq 'ConnectionReset') { $verdict = 'blocked' }
        return @{ verdict = $verdict; found = ($found + '; ' + $problem) }
    }
    $sorted = @($times | Sort-Object)
    $middle = $sorted[[int] [System.Math]::Floor($sorted.Count / 2)]
    $found += '; round trip ' + [int] $middle + ' ms'
    $verdict = 'open'
    if (($times.Count -lt $sent) -or ($middle -gt 300)) { $verdict = 'slow' }
    return @{ verdict = $verdict; found = $found }
}

# Tries one row of the allow-list, and says what was found: the worst of its hosts.
function Test-Row([string] $kind, [string] $name, [string] $ports, [string] $purpose, $hosts, [int] $port, $issuers) {
    $order = @('open', 'unknown', 'slow', 'intercepted', 'blocked')
    $verdict = 'unknown'
    $lines = @()
    $tried = 0
    foreach ($one in @($hosts)) {
        $result = @{ verdict = 'unknown'; found = 'not tried' }
        if ($kind -eq 'web') { $result = Test-Web $one $port $issuers }
        if ($kind -eq 'media') { $result = Test-Media $one $port }
        if (($tried -eq 0) -or ($order.IndexOf($result.verdict) -gt $order.IndexOf($verdict))) { $verdict = $result.verdict }
        $tried += 1
        $lines += ($one + ' (' + $result.verdict + '): ' + $result.found)
        if (($kind -eq 'media') -and (@('unknown', 'blocked') -contains $result.verdict)) {
            $lines += ('an agent sees: Browser unable to establish media channel with turn:' + $one + ':' + $port + '?transport=udp')
        }
    }
    if ($tried -eq 0) { $lines += 'not tried: no host of it is known' }
    Write-Host ($verdict.PadRight(12) + $name + ' ' + $ports + ': ' + $purpose)
    foreach ($text in $lines) { Write-Host ('            ' + $text) }
    if ($verdict -ne 'open') { Write-Host ('            for the network team: outbound ' + $name + ' ' + $ports) }
    return @{ verdict = $verdict; name = $name; ports = $ports; purpose = $purpose; found = $lines }
}

# One fact of this machine: what there is, and what an agent's work takes.
function Show-Fact([string] $about, [string] $found, [string] $needed, [string] $fitness) {
    Write-Host ($about + ': ' + $found + ' (' + $fitness + '; needed: ' + $needed + ')')
    return @{ about = $about; found = $found; needed = $needed; fitness = $fitness }
}

# A number against the least that is needed. What the system does not say is unknown.
function Test-Least($number, $least) {
    if ($null -eq $number) { return 'unknown' }
    if ($number -ge $least) { return 'enough' }
    return 'short'
}

# What Windows tells of the machine, of its way to the desktops, and of its proxy.
function Test-Machine([string] $gateway) {
    $facts = @()
    $unsaid = 'this system does not say'
    $mhz = $null
    $bytes = $null
    $cards = @()
    try {
        $mhz = [int] (Get-CimInstance -ClassName 'Win32_Processor' | Select-Object -First 1).MaxClockSpeed
        $bytes = [double] (Get-CimInstance -ClassName 'Win32_ComputerSystem').TotalPhysicalMemory
        $cards = @(Get-CimInstance -ClassName 'Win32_SoundDevice' | ForEach-Object { $_.Name })
    } catch {
        Write-Host ('CIM: ' + (Get-Reason $_.Exception))
    }
    $found = $unsaid
    if ($null -ne $mhz) { $found = '' + $mhz + ' MHz' }
    $facts += Show-Fact 'processor' $found '2 GHz' (Test-Least $mhz 2000)
    $found = $unsaid
    if ($null -ne $bytes) { $found = '' + [int] ($bytes / 1000000) + ' MB' }
    $facts += Show-Fact 'memory' $found '2 GB' (Test-Least $bytes 1800000000)
    $fitness = 'enough'
    if ($cards.Count -eq 0) { $fitness = 'unknown' }
    $facts += Show-Fact 'audio devices' ($cards -join ', ') 'a microphone and a loudspeaker, best in one headset' $fitness
    $browsers = @()
    foreach ($name in @('chrome.exe', 'msedge.exe', 'firefox.exe')) {
        try {
            $path = 'HKLM:\SOFTWARE\Microsoft\Windows\CurrentVersion\App Paths\' + $name
            $file = [System.Diagnostics.FileVersionInfo]::GetVersionInfo((Get-Item -Path $path).GetValue(''))
            $browsers += ($name + ' ' + $file.ProductVersion)
        } catch {
            $browsers += ($name + ' is not there')
        }
    }
    $facts += Show-Fact 'browser' ($browsers -join ', ') 'one of the latest three versions of Chrome, Edge or Firefox' 'unknown'
    try {
        $settings = Get-ItemProperty -Path 'HKCU:\Software\Microsoft\Windows\CurrentVersion\Internet Settings'
        if ($null -ne $settings.AutoConfigURL) {
            $facts += Show-Fact 'proxy' ('the script ' + $settings.AutoConfigURL + ' decides') 'the script names one for each host' 'unknown'
        }
    } catch {
        Write-Host ('proxy: ' + (Get-Reason $_.Exception))
    }
    if ($gateway -ne '') {
        try {
            $address = [System.Net.Dns]::GetHostAddresses($gateway)[0].IPAddressToString
            $route = @(Find-NetRoute -RemoteIPAddress $address)[0]
            $adapter = (Get-NetAdapter -InterfaceIndex $route.InterfaceIndex).InterfaceDescription
            $facts += Show-Fact 'VPN' ('the way to ' + $gateway + ' leaves by ' + $adapter) 'streams of desktops and calls go past it' 'unknown'
            $client = New-Object System.Net.Sockets.TcpClient
            $watch = [System.Diagnostics.Stopwatch]::StartNew()
            $client.Connect($address, 443)
            $taken = [int] $watch.Elapsed.TotalMilliseconds
            $client.Close()
            $fitness = 'enough'
            if ($taken -gt 150) { $fitness = 'short' }
            $hops = 0
            $ping = New-Object System.Net.NetworkInformation.Ping
            foreach ($ttl in @(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30)) {
                if ($hops -eq 0) {
                    $options = New-Object System.Net.NetworkInformation.PingOptions($ttl, $true)
                    $reply = $ping.Send($address, 1000, (New-Object byte[] 32), $options)
                    if (('' + $reply.Status) -eq 'Success') { $hops = $ttl }
                }
            }
            $found = 'round trip ' + $taken + ' ms'
            if ($hops -gt 0) { $found += (', ' + $hops + ' hops') }
            $facts += Show-Fact 'way to the desktops' $found 'few hops, and a round trip of at most 150 ms' $fitness
        } catch {
            $facts += Show-Fact 'way to the desktops' (Get-Reason $_.Exception) 'few hops, and a round trip of at most 150 ms' 'unknown'
        }
    }
    return $facts
}

# How many rows came to what, and everything in a file that can be sent.
function Show-Summary($rows, $facts) {
    foreach ($verdict in @('open', 'slow', 'unknown', 'intercepted', 'blocked')) {
        $of = @($rows | Where-Object { $_.verdict -eq $verdict })
        Write-Host ($verdict.PadRight(12) + $of.Count)
    }
    $file = Join-Path ([System.IO.Path]::GetTempPath()) 'headset-network-check.json'
    [System.IO.File]::WriteAllText($file, (ConvertTo-Json -Depth 5 @{ rows = @($rows); machine = @($facts) }))
    Write-Host ('everything is in ' + $file)
}
